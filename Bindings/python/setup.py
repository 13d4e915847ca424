"""A wheel for any CPython from 3.9 on, on this platform: it holds the library, and an extension of the stable interface."""

from setuptools import setup

setup(cffi_modules=["build_native.py:builder"], options={"bdist_wheel": {"py_limited_api": "cp39"}})

/// Certificates made for these tests alone, good from 2020 for a hundred years.
enum LoopbackCertificates {
    /// Who signed the certificates of the loopback servers.
    static let authority = """
        -----BEGIN CERTIFICATE-----
        MIIBbzCCARSgAwIBAgIUA8RhW00K77Z2iK3qo41t8IWkJwwwCgYIKoZIzj0EAwIw
        HDEaMBgGA1UEAwwRdGVzdHMgb2Yga2V5IHNldHMwIBcNMjAwMTAxMDAwMDAwWhgP
        MjEyMDAxMDEwMDAwMDBaMBwxGjAYBgNVBAMMEXRlc3RzIG9mIGtleSBzZXRzMFkw
        EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEfJs4+0o4zqzRTAFMnAISBqR7eKF5L4iC
        gNHGH+eR2J8s0JRUmelZ8QW7j6QSOCltcfbugqkdpvaEABpOFaSbrKMyMDAwDwYD
        VR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQU5Nqg4ff5uWyIjh2nw8Vj4UxxOxswCgYI
        KoZIzj0EAwIDSQAwRgIhAMaoG1Ub8oO1qpyQU5kvSK3nWDnoeWSBvPqZ163hVk4t
        AiEAhS+sCsWUGl5MDI4mqO3TDFN5K3AjpiAvy6Dy8PrKM7E=
        -----END CERTIFICATE-----
        """

    /// An authority that signed none of them.
    static let another = """
        -----BEGIN CERTIFICATE-----
        MIIBbTCCARSgAwIBAgIUZ1gg3c9ixYe3q+J6pJw7esGhWb4wCgYIKoZIzj0EAwIw
        HDEaMBgGA1UEAwwRYW5vdGhlciBhdXRob3JpdHkwIBcNMjAwMTAxMDAwMDAwWhgP
        MjEyMDAxMDEwMDAwMDBaMBwxGjAYBgNVBAMMEWFub3RoZXIgYXV0aG9yaXR5MFkw
        EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEea1DNGfSEtZkOP3GCTxquQeoikplcgLn
        Je6l4nJ1/RaExoE5PWw/7CA9OK5K4k4ujAcgYxMtHb82Mptfc0QvW6MyMDAwDwYD
        VR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQU+ue+2H/ODl3gzqdEgYmV/486mfswCgYI
        KoZIzj0EAwIDRwAwRAIgeAVB7JDJrErEiMs8luVDY0qsAGLvIEK1gevkS+KhCvkC
        IAeyOmXZlNxpsQe8Bjz+G+7TQgGoO3v9sUfWchoCm80/
        -----END CERTIFICATE-----
        """

    /// Of `localhost` and 127.0.0.1.
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBlDCCATmgAwIBAgIUSZo8R4rhO13XL5x7UAQptOKQILYwCgYIKoZIzj0EAwIw
        HDEaMBgGA1UEAwwRdGVzdHMgb2Yga2V5IHNldHMwIBcNMjAwMTAxMDAwMDAwWhgP
        MjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMMCWxvY2FsaG9zdDBZMBMGByqGSM49
        AgEGCCqGSM49AwEHA0IABNua0vjEbnmx+S61G1jkjpUEhbgHCnOcuNuKNMlXD1Js
        KPadwLIJA+1Q6jA3H0dP3yE+qlVD1Qp9Q9t8crbBBXSjXzBdMBoGA1UdEQQTMBGC
        CWxvY2FsaG9zdIcEfwAAATATBgNVHSUEDDAKBggrBgEFBQcDATAJBgNVHRMEAjAA
        MB8GA1UdIwQYMBaAFOTaoOH3+blsiI4dp8PFY+FMcTsbMAoGCCqGSM49BAMCA0kA
        MEYCIQDqKHSiJSm0JTL/JiXsasNAAoVRflHIOiGy0Pv7nrBcdgIhAJgw+Pru9peW
        5+HEqtkRShdElACQ9xeNKhHRCx7DtVnx
        -----END CERTIFICATE-----
        """

    /// Of another host, by the same authority and with the same key.
    static let elsewhere = """
        -----BEGIN CERTIFICATE-----
        MIIBnDCCAUOgAwIBAgIUS2WQ/gpzXU7pCQnJC90wBkYI81YwCgYIKoZIzj0EAwIw
        HDEaMBgGA1UEAwwRdGVzdHMgb2Yga2V5IHNldHMwIBcNMjAwMTAxMDAwMDAwWhgP
        MjEyMDAxMDEwMDAwMDBaMBwxGjAYBgNVBAMMEWVsc2V3aGVyZS5leGFtcGxlMFkw
        EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE25rS+MRuebH5LrUbWOSOlQSFuAcKc5y4
        24o0yVcPUmwo9p3AsgkD7VDqMDcfR0/fIT6qVUPVCn1D23xytsEFdKNhMF8wHAYD
        VR0RBBUwE4IRZWxzZXdoZXJlLmV4YW1wbGUwEwYDVR0lBAwwCgYIKwYBBQUHAwEw
        CQYDVR0TBAIwADAfBgNVHSMEGDAWgBTk2qDh9/m5bIiOHafDxWPhTHE7GzAKBggq
        hkjOPQQDAgNHADBEAiAp/4l8mqJDUkVDtFKc1IaioS4CchswA6OnLIFIUi1WTQIg
        BFrNMu+1csoW9xpfe2wUzRl4u0QB5KB9URoNJVAQ5wM=
        -----END CERTIFICATE-----
        """

    /// The private key of both; it guards nothing.
    static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgEVCVjT7ojeSxDobr
        AhMmodJ642+UmgOZ3SuFjSsvCjOhRANCAATbmtL4xG55sfkutRtY5I6VBIW4Bwpz
        nLjbijTJVw9SbCj2ncCyCQPtUOowNx9HT98hPqpVQ9UKfUPbfHK2wQV0
        -----END PRIVATE KEY-----
        """
}

/// Schemas for messages, and messages that are near their edges.
enum MessagePool {
    static let schemas = [
        "{ type: object }",
        "{ type: object, required: [type], properties: { type: { type: string, maxLength: 8 } } }",
        "{ type: object, additionalProperties: false, properties: { type: { type: string }, a: { type: object }, n: { type: number } } }",
        "{ type: object, properties: { n: { type: integer, minimum: -3, maximum: 100, multipleOf: 0.5 } } }",
        "{ type: object, properties: { text: { type: string, minLength: 1, maxLength: 4 } }, maxProperties: 4 }",
        "{ type: [object, array], items: { type: number, exclusiveMinimum: 0 }, maxItems: 3 }",
        "{ properties: { type: { enum: [ping, order, née, 1, null] }, n: { const: 7 } } }",
        "{ type: object, properties: { list: { type: array, prefixItems: [{ type: string }, { type: number }], items: false, minItems: 1 } } }",
        "{ $ref: '#/messages/schema' }".replacing(
            "{ $ref: '#/messages/schema' }",
            with:
                "{ type: object, minProperties: 1, additionalProperties: { type: [string, number, object, array, \"null\", boolean] } }"
        ),
        "{ oneOf: [{ type: object, required: [type], properties: { type: { const: ping }, n: { maximum: 50 } } }, { type: object, required: [type], properties: { type: { const: order }, list: true, n: true }, unevaluatedProperties: false }] }",
        "{ anyOf: [{ required: [n] }, { required: [text] }, { type: array }], not: { required: [extra] } }",
        "{ properties: { text: { pattern: '^[a-zà-ÿ]{1,4}$' } }, patternProperties: { '^[abl]': { type: [object, array, number] } } }",
        "{ if: { required: [list] }, then: { properties: { list: { contains: { type: string }, uniqueItems: true } } }, else: { maxProperties: 3 } }",
        "{ propertyNames: { maxLength: 5 }, dependentRequired: { n: [type] } }",
        "{ allOf: [{ properties: { type: true, n: true } }, { anyOf: [{ type: object, properties: { text: true } }, { type: array }] }], unevaluatedProperties: { type: [object, array] } }",
    ]

    /// Most are fine under most schemas; the rest are wrong in one way.
    static let texts = [
        #"{"type":"ping","$where":1}"#, #"{"type":"ping","text":"<script>"}"#, #"{"type":"ping","a":{"\u0024gt":[]}}"#,
        #"{"type":"ping"}"#, #"{"type":"ping","n":7}"#, #"{"type":"order","n":1.5}"#, #"{"type":"née","text":"é😀"}"#,
        #"{"type":"order","list":["a",2]}"#, #"{"a":{"kind":"ping"},"type":"ping"}"#, #"{"a":{"kind":"order"}}"#,
        #"{ "type" : "ping" , "n" : 100 }"#, #"{"n":7}"#, #"{"\u0074ype":"ping"}"#, #"[1,2,3]"#, #"[]"#, #"{}"#,
        #"{"type":"ping","type":"order"}"#, #"{"type":"pong"}"#, #"{"type":1}"#, #"{"type":"ping","n":101}"#,
        #"{"type":"ping","n":-3.5}"#, #"{"type":"ping","n":0.3}"#, #"{"n":9007199254740993}"#, #"{"n":1e999}"#,
        #"{"type":"ping","text":""}"#, #"{"type":"ping","text":"12345"}"#, #"{"type":"ping","text":"\ud83d\ude00"}"#,
        #"{"type":"ping","text":"\ud83d"}"#, #"{"a":{"a":{"a":{"a":{"a":1}}}}}"#, #"[[[[[[1]]]]]]"#,
        #"{"type":"ping","extra":true}"#, #"{"type":"ping",}"#, #"{"type":"ping""#, #"nope"#, #""text""#, #"12"#, "",
        #"[{"type":"ping"}]"#, #"[{"type":"ping","n":7},{"type":"order","n":1.5}]"#,
        #" [ {"type":"née","text":"é😀"} , {"type":"ping"},{"type":"ping"} ] "#,
        #"[{"type":"ping"},{"type":"ping"},{"type":"ping"},{"type":"ping"},{"type":"ping"}]"#,
        #"[{"type":"order","n":101},{"type":"ping","n":101}]"#, #"[{"type":"ping"},{"type":"pong"},1]"#,
        #"[{"type":"ping"},"#, #"[{"type":"ping"},]"#, #"[{"type":"ping","n":9007199254740993},{"a":{"a":{"a":1}}}]"#,
        #"{"list":[]}"#, #"{"list":[1]}"#, #"{"list":["a",1,2]}"#, #"{"list":["a"]}"#, #"[0]"#, #"[1,2,3,4]"#,
        #"{"a":1,"b":2,"c":3,"d":4,"e":5}"#, #"{"type":"a long type name"}"#, "{\"type\":\"ping\",\"text\":\"\u{0}\"}",
    ]
}

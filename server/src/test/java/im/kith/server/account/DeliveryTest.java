package im.kith.server.account;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 6121 §8.5.4, Table 1, row by row.
class DeliveryTest {

    @ParameterizedTest(name = "{0}: a {1} message gives {5}")
    @CsvSource(textBlock = """
                    # condition                                  type       full   matches anyone expected
                    bare and no active resource                , normal   , false, false, false, KEEP
                    bare and no active resource                , chat     , false, false, false, KEEP
                    bare and no active resource                , groupchat, false, false, false, ERROR
                    bare and no active resource                , headline , false, false, false, IGNORE
                    bare and no active resource                , error    , false, false, false, IGNORE
                    bare and non-negative resources            , normal   , false, false, true , ALL
                    bare and non-negative resources            , chat     , false, false, true , ALL
                    bare and non-negative resources            , groupchat, false, false, true , ERROR
                    bare and non-negative resources            , headline , false, false, true , ALL
                    bare and non-negative resources            , error    , false, false, true , IGNORE
                    full and a match                           , normal   , true , true , true , DEVICE
                    full and a match                           , chat     , true , true , false, DEVICE
                    full and a match                           , groupchat, true , true , true , DEVICE
                    full and a match                           , headline , true , true , true , DEVICE
                    full and a match                           , error    , true , true , true , DEVICE
                    full and no match but others               , normal   , true , false, true , ERROR
                    full and no match but others               , chat     , true , false, true , ALL
                    full and no match but others               , groupchat, true , false, true , ERROR
                    full and no match but others               , headline , true , false, true , IGNORE
                    full and no match but others               , error    , true , false, true , IGNORE
                    full and nobody                            , chat     , true , false, false, KEEP
                    full and nobody                            , normal   , true , false, false, ERROR
                    full and nobody                            , groupchat, true , false, false, ERROR
                    full and nobody                            , headline , true , false, false, IGNORE
                    full and nobody                            , error    , true , false, false, IGNORE
                    full and a match of negative priority      , normal   , true , true , false, DEVICE
                    full and a match of negative priority      , groupchat, true , true , false, DEVICE
                    full and a match of negative priority      , headline , true , true , false, DEVICE
                    an unknown type is a normal one (§5.2.2)   , gossip   , false, false, true , ALL
                    """)
    void table_1(String condition, String type, boolean full, boolean matches, boolean anyone, Delivery expected) {
        assertEquals(expected, Delivery.of(type, full, matches, anyone, true));
    }

    @ParameterizedTest(name = "a {0} message that is not kept gives IGNORE when nobody is there")
    @CsvSource({"chat", "normal"})
    void what_is_not_kept_does_not_wait(String type) {
        assertEquals(Delivery.IGNORE, Delivery.of(type, false, false, false, false));
        assertEquals(Delivery.IGNORE, Delivery.of(type, true, false, false, false));
    }
}

package im.kith.server.signup;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import java.util.EnumSet;
import java.util.Set;

/// A telephone number that an SMS can be sent to, in the one form E.164 gives it (`+491701234567`).
public record PhoneNumber(String e164) {

    /// Numbers that earn money for whoever answers them, or that no phone is behind.
    private static final Set<PhoneNumberType> REFUSED = EnumSet.of(
            PhoneNumberType.PREMIUM_RATE,
            PhoneNumberType.SHARED_COST,
            PhoneNumberType.TOLL_FREE,
            PhoneNumberType.UAN,
            PhoneNumberType.PAGER,
            PhoneNumberType.VOICEMAIL);

    private static final int MAX_CHARS = 40;

    /// Why a text is no number, in words for the person who typed it.
    public static final class NotANumber extends Exception {

        private static final long serialVersionUID = 1;

        NotANumber(String reason) {
            super(reason, null, false, false);
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }

    /// The number in `text`. `region` is the country (two capital letters) of numbers written without one, or "".
    public static PhoneNumber parse(String text, String region) throws NotANumber {
        if (text.length() > MAX_CHARS) throw new NotANumber("a phone number has at most 15 digits");
        var library = PhoneNumberUtil.getInstance();
        try {
            var number = library.parse(text, region.isEmpty() ? null : region);
            if (!library.isValidNumber(number)) {
                throw new NotANumber(
                        "there is no such number: check its country code and that no digit is missing, +491701234567");
            }
            if (REFUSED.contains(library.getNumberType(number))) {
                throw new NotANumber("this kind of number takes no SMS: give that of a mobile phone");
            }
            return new PhoneNumber(library.format(number, PhoneNumberFormat.E164));
        } catch (NumberParseException e) {
            throw new NotANumber(
                    switch (e.getErrorType()) {
                        case INVALID_COUNTRY_CODE ->
                            "write the number with + and its country code, +491701234567 for 0170 1234567 in Germany";
                        case TOO_LONG -> "a phone number has at most 15 digits";
                        case TOO_SHORT_AFTER_IDD, TOO_SHORT_NSN -> "the number is too short: digits are missing";
                        case NOT_A_NUMBER -> "write the number with digits, +491701234567";
                    });
        }
    }

    /// For logs: the country and the last two digits.
    public String masked() {
        return e164.substring(0, 3) + "…" + e164.substring(e164.length() - 2);
    }

    @Override
    public String toString() {
        return masked();
    }
}

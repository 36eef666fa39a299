package im.kith.server.signup;

import im.kith.server.auth.PeerNetwork;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;

/// How many codes are sent: to one number, for one network, in all. What an attacker can make the operator pay, and how
/// often a stranger's phone can be made to ring. Thread-safe.
final class SmsLimits {

    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final int MAX_KEYS = 200_000;
    private static final String ALL = "all";

    private final long pauseMillis;
    private final Allowance pause;
    private final Allowance perNumber;
    private final Allowance perNetwork;
    private final Allowance inAll;

    SmsLimits(Duration pause, int perNumberAndDay, int perNetworkAndHour, int inAllPerHour, LongSupplier clockMillis) {
        this.pauseMillis = pause.toMillis();
        this.pause = new Allowance(1, pauseMillis, MAX_KEYS, clockMillis);
        this.perNumber = new Allowance(perNumberAndDay, DAY, MAX_KEYS, clockMillis);
        this.perNetwork = new Allowance(perNetworkAndHour, HOUR, MAX_KEYS, clockMillis);
        this.inAll = new Allowance(inAllPerHour, HOUR, 1, clockMillis);
    }

    /// Counts one code and answers 0, or counts nothing and answers in how many seconds to come back.
    synchronized long take(PhoneNumber number, PeerNetwork network) {
        long wait = Math.max(
                Math.max(pause.waitMillis(number.e164()), perNumber.waitMillis(number.e164())),
                Math.max(perNetwork.waitMillis(network.name()), inAll.waitMillis(ALL)));
        if (wait > 0) return Math.max(1, (wait + 999) / 1000);
        pause.count(number.e164());
        perNumber.count(number.e164());
        perNetwork.count(network.name());
        inAll.count(ALL);
        return 0;
    }

    /// The code was not sent: the number may ask again at once. It still counts for the network, so that failing is no
    /// way around.
    synchronized void giveBack(PhoneNumber number) {
        pause.forget(number.e164());
        perNumber.uncount(number.e164());
    }

    /// Somebody read a code on that phone: whoever asks for the next one need not wait for it.
    synchronized void proved(PhoneNumber number) {
        pause.forget(number.e164());
    }

    /// What was sent before a restart, as far as it is known.
    synchronized void remember(Map<String, Long> sentMillisByNumber, long nowMillis) {
        sentMillisByNumber.forEach((number, sentMillis) -> {
            perNumber.count(number);
            if (nowMillis - sentMillis < pauseMillis) pause.count(number);
        });
    }

    long pauseSeconds() {
        return Math.max(1, pauseMillis / 1000);
    }
}

package im.kith.server.account;

/// XEP-0280: Message Carbons. A device that asked for them gets a copy of what the account's other devices send and of
/// what is addressed to one of them. What is eligible says [Weight]; here is who gets it.
final class Carbons {

    static final String NAMESPACE = "urn:xmpp:carbons:2";

    private Carbons() {}

    static void enable(Device device) {
        if (device.carbonsFrom < 0) device.carbonsFrom = device.account.lastSeq;
        device.account.devices.persist(device);
    }

    static void disable(Device device) {
        device.carbonsFrom = -1;
        device.account.devices.persist(device);
    }

    static boolean wants(Device device) {
        return device.carbonsFrom >= 0 && device.link != null;
    }
}

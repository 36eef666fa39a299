package im.kith.server;

import im.kith.server.config.Address;
import im.kith.server.config.Config;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Whether the configured addresses can be listened on, before anything else is started.
final class Ports {

    private Ports() {}

    /// What is wrong, in words for an operator; empty if nothing is.
    static List<String> complaints(Config config) {
        var complaints = new ArrayList<String>();
        for (var entry : addresses(config).entrySet()) {
            var address = entry.getValue();
            var socketAddress = address.resolve();
            if (socketAddress.isUnresolved()) {
                complaints.add(entry.getKey() + " is " + address + ", but no host is known as " + address.host());
                continue;
            }
            try (var probe = new ServerSocket()) {
                probe.setReuseAddress(true);
                probe.bind(socketAddress, 1);
            } catch (IOException e) {
                complaints.add(complaint(entry.getKey(), address, PortHolder.of(address.port()), e));
            }
        }
        var stun = config.listen().stun();
        if (stun != null) stunComplaint(stun).ifPresent(complaints::add);
        return complaints;
    }

    private static Optional<String> stunComplaint(Address address) {
        var socketAddress = address.resolve();
        if (socketAddress.isUnresolved()) {
            return Optional.of("listen.stun is " + address + ", but no host is known as " + address.host());
        }
        try (var probe = new DatagramSocket(null)) {
            probe.bind(socketAddress);
            return Optional.empty();
        } catch (IOException e) {
            var complaint = complaint("listen.stun", address, PortHolder.ofUdp(address.port()), e);
            return Optional.of(
                    complaint + "\n  Or leave STUN to another server, say coturn:  ./kith serve --set listen.stun=");
        }
    }

    /// Why `key`'s address could not be bound and what to do about it.
    private static String complaint(String key, Address address, Optional<String> holder, IOException e) {
        var message = String.valueOf(e.getMessage());
        if (message.contains("in use")) {
            return "Port " + address.port() + " on " + address.host() + " is taken"
                    + holder.map(process -> " by " + process).orElse("")
                    + ".\n  Stop it, or listen elsewhere:  ./kith serve --set " + key + "=" + other(address);
        }
        if (message.contains("denied")) {
            return "Port " + address.port() + " may not be used by this user (" + message + ")."
                    + "\n  Take one above 1023:  ./kith serve --set " + key + "=" + address.host() + ":15222";
        }
        return key + " is " + address + ", which cannot be listened on: " + message
                + "\n  Is it an address of this machine? Otherwise:  ./kith serve --set " + key + "=127.0.0.1:"
                + address.port();
    }

    private static Address other(Address address) {
        return new Address(address.host(), address.port() < 55_536 ? address.port() + 10_000 : 15_222);
    }

    private static Map<String, Address> addresses(Config config) {
        var addresses = new LinkedHashMap<String, Address>();
        addresses.put("listen.xmpp", config.listen().xmpp());
        addresses.put("listen.xmpps", config.listen().xmpps());
        addresses.put("listen.http", config.listen().http());
        var https = config.listen().https();
        if (https != null) addresses.put("listen.https", https);
        return addresses;
    }
}

package im.kith.trial.play;

/// Somebody with an account.
public final class User {

    private final World world;
    private final String name;
    private final String wireName;
    private final String password;

    User(World world, String name, String wireName, String password) {
        this.world = world;
        this.name = name;
        this.wireName = wireName;
        this.password = password;
    }

    /// One of the user's programs, not connected yet. Its name is the resource it asks for.
    public Device device(String resource) {
        return new Device(world, this, resource);
    }

    /// The name in the play.
    public String name() {
        return name;
    }

    /// The local part on the wire.
    public String wireName() {
        return wireName;
    }

    public String password() {
        return password;
    }

    /// The bare address in the play.
    public String jid() {
        return name + "@" + World.DOMAIN;
    }
}

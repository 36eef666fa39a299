package im.kith.trial.wire;

/// Takes down what was said on a wire.
public interface Transcript {

    Transcript NONE = new Transcript() {

        @Override
        public void sent(String xml) {}

        @Override
        public void received(String xml) {}

        @Override
        public void noted(String what) {}
    };

    void sent(String xml);

    void received(String xml);

    /// Something that happened to the connection itself.
    void noted(String what);
}

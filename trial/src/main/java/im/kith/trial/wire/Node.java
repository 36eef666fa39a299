package im.kith.trial.wire;

/// What an element contains: elements and text.
public sealed interface Node permits Xml, Xml.Text {}

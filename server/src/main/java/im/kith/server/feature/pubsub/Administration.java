package im.kith.server.feature.pubsub;

import static im.kith.xmpp.StanzaError.Condition.BAD_REQUEST;
import static im.kith.xmpp.StanzaError.Condition.CONFLICT;
import static im.kith.xmpp.StanzaError.Condition.NOT_ALLOWED;
import static im.kith.xmpp.StanzaError.Condition.RESOURCE_CONSTRAINT;

import im.kith.server.feature.Publications;
import im.kith.server.feature.Reply;
import im.kith.xmpp.DataForm;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.StanzaError;
import org.jspecify.annotations.Nullable;

/// Nodes come, change and go: create (XEP-0060 §8.1), configure (§8.2), defaults (§8.3), delete (§8.4), purge (§8.5).
///
/// Errors: `conflict` for a name that is taken; `forbidden` to who is no owner; `bad-request` with `nodeid-required`;
/// `item-not-found`; `not-acceptable` for what can't be had, with `unsupported-access-model` if it is that;
/// `resource-constraint` when there are too many nodes.
final class Administration {

    private static final int MOST_NAME = 512;
    private static final int DAY_SECONDS = 86_400;
    private static final int MOST_STORIES = 100;

    private final Host host;

    Administration(Host host) {
        this.host = host;
    }

    /// The node that a request is about.
    static String name(Element request) {
        var name = request.attribute("node");
        if (name == null || name.isEmpty()) throw Refusal.nodeRequired();
        return name;
    }

    /// A node that `by` makes, not written yet. It belongs to who makes it, at an account to the account.
    static Node made(Host host, String name, Jid by) {
        if (name.length() > MOST_NAME) {
            throw Refusal.of(BAD_REQUEST, "A node's name may have " + MOST_NAME + " characters.");
        }
        if (host.nodes().names().size() >= host.limits().nodes()) {
            throw Refusal.of(
                    RESOURCE_CONSTRAINT,
                    StanzaError.Type.CANCEL,
                    "max-nodes-exceeded",
                    "There are too many nodes here: delete some first.");
        }
        var owner = host.isPersonal() ? host.jid() : by.bare();
        var node = new Node(name, owner.toString(), host.nowMillis(), NodeConfig.defaults(host.isPersonal()));
        node.affiliate(owner, Affiliation.OWNER);
        if (isStories(host, name)) {
            node.config = node.config.with(DataForm.build(DataForm.Type.SUBMIT, Names.NODE_CONFIG)
                    .field("pubsub#type", name)
                    .field("pubsub#item_expire", Integer.toString(DAY_SECONDS))
                    .field("pubsub#max_items", Integer.toString(MOST_STORIES))
                    .build());
        }
        return node;
    }

    private static boolean isStories(Host host, String name) {
        return host.isPersonal() && name.equals(Publications.STORIES);
    }

    /// How old a node's items become whatever is configured, in seconds.
    static int longest(Host host, Node node) {
        return isStories(host, node.name) ? DAY_SECONDS : Integer.MAX_VALUE;
    }

    Reply create(Jid from, Element pubsub, Element create) {
        if (!host.mayCreate(from)) throw Refusal.forbidden("You may not create nodes here.");
        var configure = configure(pubsub);
        var given = create.attribute("node");
        var name = given == null || given.isEmpty() ? host.newId() : given;
        if (host.nodes().has(name)) throw Refusal.of(CONFLICT, "There is a node of that name.");
        var node = made(host, name, from);
        var form = configure == null ? null : form(configure);
        if (form != null) node.config = node.config.with(form);
        Hierarchy.check(host, node, null, from);
        host.nodes().put(node);
        return Reply.result(Element.build(Names.PUBSUB, "pubsub")
                .child("create", created -> created.attribute("node", name))
                .build());
    }

    /// `<configure/>` after `<create/>`, which names no node.
    private static @Nullable Element configure(Element pubsub) {
        var children = pubsub.children();
        for (int i = 0; i < children.size(); i++) {
            var child = children.get(i);
            if (!child.is(Names.PUBSUB, "configure")) continue;
            if (i == 0 || child.attribute("node") != null) {
                throw Refusal.of(BAD_REQUEST, "<configure/> follows <create/> and names no node.");
            }
            return child;
        }
        return null;
    }

    /// The filled in form in `around`, null when there is none or it was cancelled.
    private static @Nullable DataForm form(Element around) {
        var x = around.child(DataForm.NAMESPACE, "x");
        if (x == null) return null;
        var form = DataForm.parse(x);
        if (form == null) throw Refusal.of(BAD_REQUEST, "That form can't be read.");
        if (form.type() == DataForm.Type.CANCEL) return null;
        if (form.type() != DataForm.Type.SUBMIT) throw Refusal.of(BAD_REQUEST, "Submit the form, or cancel it.");
        if (form.formType() != null && !form.formType().equals(Names.NODE_CONFIG)) {
            throw Refusal.of(BAD_REQUEST, "The FORM_TYPE of a configuration is " + Names.NODE_CONFIG + ".");
        }
        return form;
    }

    Reply configuration(Jid from, Element configure) {
        var node = Rules.owned(host, name(configure), from);
        return Reply.result(Element.build(Names.OWNER, "pubsub")
                .child("configure", shown -> shown.attribute("node", node.name)
                        .child(node.config.form().toElement()))
                .build());
    }

    Reply configure(Jid from, Element configure) {
        var node = Rules.owned(host, name(configure), from);
        if (configure.child(DataForm.NAMESPACE, "x") == null) {
            throw Refusal.of(BAD_REQUEST, "There is no form in the request.");
        }
        var form = form(configure);
        if (form == null) return Reply.empty();
        boolean collects = node.isCollection();
        var parent = Hierarchy.parent(node);
        node.config = node.config.with(form);
        if (node.isCollection() != collects) throw Refusal.of(NOT_ALLOWED, "A node remains a leaf or a collection.");
        Hierarchy.check(host, node, parent, from);
        host.nodes().put(node);
        trim(node);
        return Reply.followed(null, () -> Events.configured(host, node));
    }

    /// What the new configuration leaves no room for goes.
    private void trim(Node node) {
        if (!node.config.is("persist_items")) {
            host.nodes().clear(node.name);
            return;
        }
        Publishing.expire(host, node);
        var ids = host.nodes().ids(node.name);
        int most = Math.max(1, node.config.number("max_items", host.limits().items()));
        for (int i = 0; i < ids.size() - most; i++) host.nodes().remove(node.name, ids.get(i));
    }

    Reply defaults(Element asked) {
        var config = NodeConfig.defaults(host.isPersonal());
        var type = asked.attribute("type");
        if (type != null) {
            config = config.with(DataForm.build(DataForm.Type.SUBMIT, Names.NODE_CONFIG)
                    .field("pubsub#node_type", type)
                    .build());
        }
        var form = config.form().toElement();
        return Reply.result(Element.build(Names.OWNER, "pubsub")
                .child("default", shown -> shown.child(form))
                .build());
    }

    Reply delete(Jid from, Element delete) {
        var node = Rules.owned(host, name(delete), from);
        var redirect = delete.child(Names.OWNER, "redirect");
        var uri = redirect == null ? null : redirect.attribute("uri");
        if (redirect != null && (uri == null || uri.isEmpty() || uri.length() > Setting.MOST_TEXT)) {
            throw Refusal.of(BAD_REQUEST, "Say where the node has gone, as a URI.");
        }
        if (node.isCollection()) Hierarchy.release(host, node);
        host.nodes().delete(node, uri);
        return Reply.followed(null, () -> Events.deleted(host, node, uri));
    }

    Reply purge(Jid from, Element purge) {
        var node = Rules.owned(host, name(purge), from);
        if (node.isCollection() || !node.config.is("persist_items")) {
            throw Refusal.unsupported("persistent-items", "The node keeps no items.");
        }
        host.nodes().clear(node.name);
        return Reply.followed(null, () -> Events.purged(host, node));
    }
}

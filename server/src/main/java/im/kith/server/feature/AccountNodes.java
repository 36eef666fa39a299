package im.kith.server.feature;

import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.StanzaError.Condition;

/// What an account has beyond its devices that disco can tell of. Whoever implements it decides what `from` may see.
public interface AccountNodes {

    /// disco#info of one node.
    Reply info(Jid from, String node, Owner owner);

    /// disco#items of one node.
    Reply items(Jid from, String node, Owner owner);

    /// The answer to disco#items of the account itself: `query` with the nodes added.
    Reply listed(Jid from, Owner owner, Element query);

    /// An account that has nothing but devices.
    AccountNodes NONE = new AccountNodes() {
        @Override
        public Reply info(Jid from, String node, Owner owner) {
            return Reply.error(Condition.ITEM_NOT_FOUND);
        }

        @Override
        public Reply items(Jid from, String node, Owner owner) {
            return Reply.error(Condition.ITEM_NOT_FOUND);
        }

        @Override
        public Reply listed(Jid from, Owner owner, Element query) {
            return Reply.result(query);
        }
    };
}

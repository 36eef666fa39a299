package im.kith.server.feature.pubsub;

import im.kith.server.feature.Owner;
import im.kith.xmpp.Element;
import im.kith.xmpp.Jid;
import im.kith.xmpp.Tag;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who of some people gets one account's presence, and in which of its roster groups they are: what a service must
/// know to keep the account's nodes for them (XEP-0060 §4.5). It asks the account, and forgets it with the request.
///
/// ```
/// <iq type='get' from='pubsub.kith.test' to='juliet@kith.test'>
///   <people xmlns='urn:kith:people:0'><one jid='romeo@kith.test'/><one jid='paris@kith.test'/></people></iq>
/// <iq type='result'><people xmlns='urn:kith:people:0'><one
/// jid='romeo@kith.test'><group>Lovers</group></one></people></iq>
/// ```
record Acquaintance(@Nullable Jid account, Map<Jid, Set<String>> groups) {

    static final Tag PEOPLE = new Tag("urn:kith:people:0", "people");
    static final Acquaintance NONE = new Acquaintance(null, Map.of());

    static Element question(Collection<Jid> people) {
        var question = Element.build(PEOPLE.namespace(), PEOPLE.name());
        for (var person : people) question.child("one", one -> one.attribute("jid", person.toString()));
        return question.build();
    }

    /// The account's answer: those who get its presence.
    static Element answer(Element question, Owner owner) {
        var answer = Element.build(PEOPLE.namespace(), PEOPLE.name());
        for (var one : question.children()) {
            var person = Jid.parse(one.attribute("jid", ""));
            if (person == null
                    || !(owner.owns(person) || owner.contact(person.bare()).subscribedFrom())) continue;
            answer.child("one", known -> {
                known.attribute("jid", person.toString());
                for (var group : owner.groups(person.bare())) known.child("group", group);
            });
        }
        return answer.build();
    }

    /// As the account `of` answered; it knows nobody if there is no answer.
    static Acquaintance read(Jid of, @Nullable Element answer) {
        if (answer == null || !answer.is(PEOPLE)) return new Acquaintance(of, Map.of());
        var groups = new HashMap<Jid, Set<String>>();
        for (var one : answer.children()) {
            var person = Jid.parse(one.attribute("jid", ""));
            if (person == null) continue;
            var theirs = new HashSet<String>();
            for (var group : one.children()) theirs.add(group.text());
            groups.put(person.bare(), theirs);
        }
        return new Acquaintance(of, groups);
    }

    boolean watches(Jid owner, Jid entity) {
        return owner.equals(account) && (owner.equals(entity.bare()) || groups.containsKey(entity.bare()));
    }

    boolean isInGroup(Jid owner, Jid entity, List<String> allowed) {
        if (!owner.equals(account)) return false;
        if (owner.equals(entity.bare())) return true;
        for (var group : groups.getOrDefault(entity.bare(), Set.of())) if (allowed.contains(group)) return true;
        return false;
    }
}

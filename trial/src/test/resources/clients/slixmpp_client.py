"""A talking client on slixmpp: signs in, says what it is told on stdin, prints what it gets."""
import asyncio
import base64
import hashlib
import sys

import slixmpp


class Client(slixmpp.ClientXMPP):
    def __init__(self, jid, password):
        super().__init__(jid, password)
        for plugin in ("xep_0030", "xep_0198", "xep_0199", "xep_0280", "xep_0092", "xep_0045",
                       "xep_0054", "xep_0084", "xep_0115", "xep_0153", "xep_0163"):
            self.register_plugin(plugin)
        self.add_event_handler("session_start", self.started)
        self.add_event_handler("message", self.got)
        self.add_event_handler("groupchat_message", self.heard)
        self.add_event_handler("groupchat_presence", self.saw)
        self.add_event_handler("presence_available", self.present)
        self.add_event_handler("vcard_avatar_update", self.worn)
        self.add_event_handler("avatar_metadata_publish", self.published)
        self.add_event_handler("failed_auth", lambda _: print("REFUSED", flush=True))
        self.add_event_handler("disconnected", lambda _: print("GONE", flush=True))

    async def started(self, _):
        self.send_presence()
        await self.get_roster()
        print("ONLINE", flush=True)

    def present(self, presence):
        if presence["from"].bare != self.boundjid.bare:
            print("FRIEND", presence["from"].bare, flush=True)

    def worn(self, presence):
        print("PHOTO", presence["from"].bare, presence["vcard_temp_update"]["photo"], flush=True)

    async def published(self, message):
        for info in message["pubsub_event"]["items"]["item"]["avatar_metadata"]["items"]:
            got = await self["xep_0084"].retrieve_avatar(message["from"].bare, info["id"])
            data = got["pubsub"]["items"]["item"]["avatar_data"]["value"]
            print("PICTURE", message["from"].bare, hashlib.sha1(data).hexdigest(), flush=True)

    async def card(self, jid):
        card = (await self["xep_0054"].get_vcard(slixmpp.JID(jid)))["vcard_temp"]
        print("CARD", jid, hashlib.sha1(card["PHOTO"]["BINVAL"]).hexdigest(), card["FN"], flush=True)

    async def wear(self, picture):
        data = base64.b64decode(picture)
        digest = hashlib.sha1(data).hexdigest()
        await self["xep_0084"].publish_avatar(data)
        await self["xep_0084"].publish_avatar_metadata({"id": digest, "type": "image/png", "bytes": len(data)})
        print("WEARS", digest, flush=True)

    def got(self, message):
        if message["type"] in ("chat", "normal") and message["body"]:
            print("GOT", message["from"].bare, message["body"], flush=True)


    def heard(self, message):
        if message["body"]:
            print("HEARD", message["from"].resource, message["body"], flush=True)

    def saw(self, presence):
        print("SAW", presence["from"].resource, presence["type"], flush=True)


async def commands(client):
    loop = asyncio.get_event_loop()
    while True:
        line = await loop.run_in_executor(None, sys.stdin.readline)
        words = line.rstrip("\n").split(" ", 2)
        if words[0] == "say":
            client.send_message(mto=words[1], mbody=words[2], mtype="chat")
        elif words[0] == "join":
            client.plugin["xep_0045"].join_muc(words[1], words[2], maxhistory="20")
        elif words[0] == "tell":
            client.send_message(mto=words[1], mbody=words[2], mtype="groupchat")
        elif words[0] == "card":
            await client.card(words[1])
        elif words[0] == "wear":
            await client.wear(words[1])
        elif words[0] in ("quit", ""):
            # It would wait two seconds for the server, and then leave without its goodbye having been heard.
            await client.disconnect(wait=60)
            loop.stop()
            return


jid, password, host, port, certificate = sys.argv[1:]
client = Client(jid, password)
client.ca_certs = certificate
client.connect((host, int(port)), disable_starttls=False)
client.loop.create_task(commands(client))
client.loop.run_forever()

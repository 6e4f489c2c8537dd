package dev.pipit.mqtt.packet;

import dev.pipit.testkit.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes down what a decoder calls, as text. */
final class Heard implements PacketHandler {
    final List<String> calls = new ArrayList<>();
    @Nullable Connack connack;
    int answer;

    private int note(String call) {
        calls.add(call);
        return answer;
    }

    @Override
    public int connack(Connack value) {
        connack = value;
        return note("CONNACK " + value.sessionPresent() + " " + value.reasonCode());
    }

    @Override
    public int publish(InboundPublish publish) {
        return note(
                "PUBLISH "
                        + publish.topic()
                        + " "
                        + publish.qos().level()
                        + (publish.retain() ? " retain" : "")
                        + (publish.dup() ? " dup" : "")
                        + " #"
                        + publish.packetIdentifier()
                        + " alias "
                        + publish.topicAlias()
                        + " expiry "
                        + publish.messageExpirySeconds()
                        + " "
                        + publish.utf8Payload()
                        + " "
                        + publish.contentType()
                        + " "
                        + publish.responseTopic()
                        + " "
                        + Arrays.toString(publish.correlationData())
                        + " "
                        + publish.userProperties()
                        + " "
                        + publish.subscriptionIdentifiers()
                        + " "
                        + Bytes.hex(publish.payload()));
    }

    @Override
    public int acknowledgement(int type, int packetIdentifier, int reasonCode) {
        return note(PacketType.name(type) + " " + packetIdentifier + " " + reasonCode);
    }

    @Override
    public int subscriptionAnswer(
            int type, int packetIdentifier, byte[] codes, int offset, int count) {
        return note(
                PacketType.name(type)
                        + " "
                        + packetIdentifier
                        + " "
                        + Bytes.hex(Arrays.copyOfRange(codes, offset, offset + count)));
    }

    @Override
    public int pingresp() {
        return note("PINGRESP");
    }

    @Override
    public int disconnect(ServerDisconnect disconnect) {
        return note(disconnect.toString());
    }

    @Override
    public int auth(Auth auth) {
        return note(auth + " " + Arrays.toString(auth.data()) + " " + auth.reasonString());
    }
}

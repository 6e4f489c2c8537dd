package dev.pipit.benchmark;

import com.hivemq.client.internal.mqtt.codec.decoder.MqttDecoderContext;
import com.hivemq.client.internal.mqtt.codec.decoder.mqtt3.Mqtt3PublishDecoder;
import com.hivemq.client.internal.mqtt.codec.decoder.mqtt3.Mqtt3PublishDecoder_Factory;
import com.hivemq.client.internal.mqtt.codec.encoder.MqttEncoderContext;
import com.hivemq.client.internal.mqtt.codec.encoder.MqttMessageEncoder;
import com.hivemq.client.internal.mqtt.codec.encoder.mqtt3.Mqtt3PublishEncoder_Factory;
import com.hivemq.client.internal.mqtt.message.MqttMessage;
import com.hivemq.client.internal.mqtt.message.publish.MqttPublish;
import com.hivemq.client.internal.mqtt.message.publish.mqtt3.Mqtt3PublishView;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import dev.pipit.mqtt.packet.Auth;
import dev.pipit.mqtt.packet.Connack;
import dev.pipit.mqtt.packet.InboundPublish;
import dev.pipit.mqtt.packet.PacketDecoder;
import dev.pipit.mqtt.packet.PacketHandler;
import dev.pipit.mqtt.packet.Publish;
import dev.pipit.mqtt.packet.ServerDisconnect;
import dev.pipit.mqtt.packet.TopicName;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.util.ReferenceCountUtil;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.internal.wire.MqttWireMessage;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * PUBLISH of MQTT 3.1.1 at QoS 1, 24 characters of topic, 20 bytes of payload, into and out of an
 * array (Netty's codecs: a buffer), by every peer's codec, and a plain copy of the same bytes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {
    private static final MethodHandle HIVEMQ_ENCODE;
    private static final MethodHandle NETTY_ENCODE;
    private static final MqttEncoderContext HIVEMQ_ENCODING;
    private static final MqttDecoderContext HIVEMQ_DECODING;

    static {
        try {
            MethodHandles.Lookup hivemq =
                    MethodHandles.privateLookupIn(MqttMessageEncoder.class, MethodHandles.lookup());
            HIVEMQ_ENCODE =
                    hivemq.findVirtual(
                            MqttMessageEncoder.class,
                            "castAndEncode",
                            MethodType.methodType(
                                    ByteBuf.class, MqttMessage.class, MqttEncoderContext.class));
            HIVEMQ_ENCODING =
                    (MqttEncoderContext)
                            MethodHandles.privateLookupIn(
                                            MqttEncoderContext.class, MethodHandles.lookup())
                                    .findConstructor(
                                            MqttEncoderContext.class,
                                            MethodType.methodType(
                                                    void.class, ByteBufAllocator.class))
                                    .invoke(PooledByteBufAllocator.DEFAULT);
            Class<?> flag = boolean.class;
            HIVEMQ_DECODING =
                    (MqttDecoderContext)
                            MethodHandles.privateLookupIn(
                                            MqttDecoderContext.class, MethodHandles.lookup())
                                    .findConstructor(
                                            MqttDecoderContext.class,
                                            MethodType.methodType(
                                                    void.class,
                                                    int.class,
                                                    int.class,
                                                    flag,
                                                    flag,
                                                    flag,
                                                    flag,
                                                    flag,
                                                    flag))
                                    .invoke(65_536, 0, false, false, false, false, false, false);
            NETTY_ENCODE =
                    MethodHandles.privateLookupIn(MqttEncoder.class, MethodHandles.lookup())
                            .findStatic(
                                    MqttEncoder.class,
                                    "doEncode",
                                    MethodType.methodType(
                                            ByteBuf.class,
                                            ChannelHandlerContext.class,
                                            io.netty.handler.codec.mqtt.MqttMessage.class));
        } catch (Throwable e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * Where packets stand in their buffers, as in a connection's: not beside another object. A copy
     * loads up to 64 bytes and masks those behind the end; were they written just before, the load
     * would wait for them, up to 12 ns by chance of how the heap is laid out.
     */
    private static final int AT = 128;

    private final byte[] payload = new byte[Peer.PAYLOAD_BYTES];
    private final byte[] buffer = new byte[384];
    private final TopicName name = TopicName.of(Peer.TOPIC);
    private final byte[] wire = wire();
    private final byte[] received = received();
    private final PacketDecoder decoder = new PacketDecoder(4, 16_384);
    private final Sink sink = new Sink();

    private final MqttPublish hivemqPublish =
            ((Mqtt3PublishView)
                            Mqtt3Publish.builder()
                                    .topic(Peer.TOPIC)
                                    .qos(MqttQos.AT_LEAST_ONCE)
                                    .payload(payload)
                                    .build())
                    .getDelegate();
    private final MqttMessageEncoder<?> hivemqEncoder = Mqtt3PublishEncoder_Factory.newInstance();
    private final Mqtt3PublishDecoder hivemqDecoder = Mqtt3PublishDecoder_Factory.newInstance();
    private final ByteBuf hivemqWire = Unpooled.wrappedBuffer(wire);

    private final ChannelHandlerContext nettyEncoding =
            new EmbeddedChannel(MqttEncoder.INSTANCE).pipeline().firstContext();
    private final EmbeddedChannel nettyDecoding = new EmbeddedChannel(new MqttDecoder());

    private byte[] wire() {
        byte[] bytes = new byte[256];
        int end = Publish.encode(bytes, 0, 4, Publish.qos(1), name, 7, payload, 0, payload.length);
        return Arrays.copyOf(bytes, end);
    }

    private byte[] received() {
        byte[] bytes = new byte[384];
        System.arraycopy(wire, 0, bytes, AT, wire.length);
        return bytes;
    }

    /** Reads what an application would. */
    private static final class Sink implements PacketHandler {
        int sum;

        @Override
        public int publish(InboundPublish publish) {
            sum += publish.packetIdentifier() + publish.payloadLength() + publish.topicLength();
            return 0;
        }

        @Override
        public int connack(Connack connack) {
            return 0;
        }

        @Override
        public int acknowledgement(int type, int packetIdentifier, int reasonCode) {
            return 0;
        }

        @Override
        public int subscriptionAnswer(
                int type, int packetIdentifier, byte[] codes, int offset, int count) {
            return 0;
        }

        @Override
        public int pingresp() {
            return 0;
        }

        @Override
        public int disconnect(ServerDisconnect disconnect) {
            return 0;
        }

        @Override
        public int auth(Auth auth) {
            return 0;
        }
    }

    @Benchmark
    public byte[] copy() {
        System.arraycopy(received, AT, buffer, AT, wire.length);
        return buffer;
    }

    @Benchmark
    public int encodePipit() {
        return Publish.encode(buffer, AT, 4, Publish.qos(1), name, 7, payload, 0, payload.length);
    }

    @Benchmark
    public int decodePipit() {
        return decoder.decode(received, AT, AT + wire.length, sink) + sink.sum;
    }

    @Benchmark
    public int encodePaho() throws Exception {
        var message =
                new org.eclipse.paho.client.mqttv3.internal.wire.MqttPublish(
                        Peer.TOPIC, new org.eclipse.paho.client.mqttv3.MqttMessage(payload));
        message.setMessageId(7);
        byte[] header = message.getHeader();
        byte[] rest = message.getPayload();
        System.arraycopy(header, 0, buffer, AT, header.length);
        System.arraycopy(rest, 0, buffer, AT + header.length, rest.length);
        return header.length + rest.length;
    }

    @Benchmark
    public Object decodePaho() throws Exception {
        return MqttWireMessage.createWireMessage(wire);
    }

    @Benchmark
    public int encodeHivemq() throws Throwable {
        ByteBuf out =
                (ByteBuf)
                        HIVEMQ_ENCODE.invoke(
                                hivemqEncoder,
                                (MqttMessage)
                                        Mqtt3PublishView.statefulDelegate(hivemqPublish, 7, false),
                                HIVEMQ_ENCODING);
        int length = out.readableBytes();
        out.release();
        return length;
    }

    @Benchmark
    public Object decodeHivemq() throws Exception {
        hivemqWire.setIndex(2, wire.length);
        return hivemqDecoder.decode(0x02, hivemqWire, HIVEMQ_DECODING);
    }

    @Benchmark
    public int encodeNetty() throws Throwable {
        io.netty.handler.codec.mqtt.MqttMessage message =
                new MqttPublishMessage(
                        new MqttFixedHeader(
                                MqttMessageType.PUBLISH,
                                false,
                                io.netty.handler.codec.mqtt.MqttQoS.AT_LEAST_ONCE,
                                false,
                                0),
                        new MqttPublishVariableHeader(Peer.TOPIC, 7),
                        Unpooled.wrappedBuffer(payload));
        ByteBuf out = (ByteBuf) NETTY_ENCODE.invoke(nettyEncoding, message);
        int length = out.readableBytes();
        out.release();
        return length;
    }

    @Benchmark
    public int decodeNetty() {
        nettyDecoding.writeInbound(Unpooled.wrappedBuffer(wire));
        MqttPublishMessage message = nettyDecoding.readInbound();
        int identifier = message.variableHeader().packetId();
        ReferenceCountUtil.release(message);
        return identifier;
    }
}

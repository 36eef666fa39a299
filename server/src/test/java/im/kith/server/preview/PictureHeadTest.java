package im.kith.server.preview;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PictureHeadTest {

    private static byte[] drawn(String format, int width, int height) throws IOException {
        var out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), format, out);
        return out.toByteArray();
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static byte[] webp(String chunk) {
        return hex("52494646 00000000 57454250 " + chunk);
    }

    @Test
    void the_pictures_of_the_web_say_how_large_they_are() throws IOException {
        assertEquals(new PictureHead("image/png", 1200, 630), PictureHead.read(drawn("png", 1200, 630)));
        assertEquals(new PictureHead("image/jpeg", 1200, 630), PictureHead.read(drawn("jpg", 1200, 630)));
        assertEquals(new PictureHead("image/gif", 300, 20), PictureHead.read(drawn("gif", 300, 20)));
        assertEquals(
                new PictureHead("image/webp", 550, 368),
                PictureHead.read(webp("56503820 00000000 000000 9d012a 2602 7001 0000")));
        assertEquals(
                new PictureHead("image/webp", 386, 395),
                PictureHead.read(webp("5650384c 00000000 2f 81816200 0000 0000 0000 00")));
        assertEquals(
                new PictureHead("image/webp", 400, 301),
                PictureHead.read(webp("56503858 0a000000 10000000 8f0100 2c0100")));
    }

    @Test
    void a_picture_that_unfolds_to_too_much_is_none() throws IOException {
        var png = drawn("png", 1, 1);
        for (var size :
                new int[][] {{16_001, 1}, {1, 16_001}, {4001, 4000}, {0, 1}, {1, 0}, {-1, 5}, {1 << 30, 1 << 30}}) {
            for (int i = 0; i < 4; i++) {
                png[16 + i] = (byte) (size[0] >> 24 - 8 * i);
                png[20 + i] = (byte) (size[1] >> 24 - 8 * i);
            }
            assertNull(PictureHead.read(png), Arrays.toString(size));
        }
    }

    @Test
    void what_calls_itself_a_picture_may_be_none() throws IOException {
        for (var text :
                new String[] {"", "<svg/>", "<html>", "GIF8", "\u00ff\u00d8\u00ff", "BM..........", "RIFFxxxxWEBP"})
            assertNull(PictureHead.read(text.getBytes(StandardCharsets.ISO_8859_1)), text);
        assertNull(PictureHead.read(hex("ffd8 ffe0 0000 ffc0 0011 08 0001 0001")), "a segment of no length");
        assertNull(PictureHead.read(hex("ffd8 ffda 0008 0000 0000 0000 ffc0 0011 08 0001 0001")), "the scan before it");
        var jpeg = drawn("jpg", 8, 8);
        for (int i = 0; i < 100; i++) PictureHead.read(Arrays.copyOf(jpeg, i));
    }

    @Test
    void any_bytes_are_read_without_an_exception() throws IOException {
        var random = new Random(7);
        var beginnings = new byte[][] {drawn("jpg", 8, 8), drawn("png", 8, 8), webp("56503858 0a000000"), webp("")};
        for (int i = 0; i < 20_000; i++) {
            var bytes = Arrays.copyOf(beginnings[i % beginnings.length], random.nextInt(400));
            for (int j = 0; j < 5 && bytes.length > 2; j++)
                bytes[2 + random.nextInt(bytes.length - 2)] = (byte) random.nextInt();
            PictureHead.read(bytes);
        }
    }
}

package im.kith.server.preview;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.kith.server.feature.previews.Pages.Page;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PageHeadTest {

    private static Page read(String html) {
        return head(html).page();
    }

    private static PageHead head(String html) {
        return Objects.requireNonNull(PageHead.read(html), "nothing was found");
    }

    @Test
    void its_picture_is_what_it_shows_of_itself_before_its_sign() {
        var shown = head("""
                <title>Birds</title><link rel="icon" href="/small.png"><link rel='apple-touch-icon' href=/touch.png>
                <meta name="twitter:image" content="https://cdn.example/t.webp?a=1&amp;b=2">
                <meta property="og:image" content=" /birds.jpg "><meta property="og:image" content="/second.jpg">""");
        assertTrue(shown.page().pictured());
        assertEquals(List.of("/birds.jpg", "https://cdn.example/t.webp?a=1&b=2"), shown.pictures());
        assertEquals(
                List.of("/touch.png", "/small.png"),
                head("<title>a</title><link href='/small.png' rel='shortcut icon'><link rel='Apple-Touch-Icon' href=/touch.png>")
                        .pictures());
    }

    @Test
    void drawings_and_icons_of_windows_are_no_pictures() {
        var drawn = head("<title>a</title><meta property=og:image content=/a.SVG><link rel=icon href='/a.svg?x'>"
                + "<link rel='shortcut icon' href=/favicon.ico><link rel=stylesheet href=/a.css>");
        assertEquals(List.of(), drawn.pictures());
        assertFalse(drawn.page().pictured());
    }

    @Test
    void a_page_is_what_it_says_for_sharing() {
        assertEquals(new Page("Best page", "Very good & short", "Example", false), read("""
                <!doctype html><HTML><head><title>Older</title>
                <meta property="og:title" content="Best page"/>
                <meta content='Very good &amp; short' property='og:description'>
                <meta property=og:site_name content=Example>
                </head><body><title>not this</title>"""));
    }

    @Test
    void without_that_it_is_its_title_and_description() {
        assertEquals(
                new Page("Plain – title", "Says this", "", false),
                read("<title>\n Plain &ndash; \t title</title><meta name=description content='Says this'>"));
    }

    @Test
    void scripts_comments_and_the_body_say_nothing() {
        assertNull(PageHead.read("<!-- <title>a</title> --><script>'<title>b</title>'</script><body><title>c</title>"));
        assertNull(PageHead.read("<title>  \u200b\u202e </title>"));
        assertNull(PageHead.read(""));
    }

    @Test
    void a_value_may_have_the_end_of_a_tag_in_it() {
        assertEquals(
                new Page("1 > 0", "<img src=x onerror=alert(1)> Songs", "", false),
                read("<meta property=\"og:title\" content='1 > 0'>"
                        + "<meta name=description content=\"<img src=x onerror=alert(1)> Songs\">"));
        assertEquals(
                "Here", read("<meta content=\"never closed><title>Here</title>").title());
    }

    @Test
    void what_is_not_seen_is_left_out_and_what_is_long_is_cut() {
        var page = read("<title>gpj.\u202eexe\u0000&#8238;&#x202e;&#0;&#55296; " + "x".repeat(5000) + "</title>");
        assertTrue(page.title().startsWith("gpj.exe xxx"), page.title());
        assertEquals(200, page.title().length());
        assertTrue(page.title().endsWith("…"));
        assertEquals(
                "<script>&amp;", read("<title>&lt;script&gt;&amp;amp;</title>").title(), "decoded once, as text");
        assertEquals("&unknown; &", read("<title>&unknown; &</title>").title());
    }

    @Test
    void hostile_pages_take_no_time() {
        for (var part :
                new String[] {"<", "<!--", "<meta ", "<meta content=\"", "<title>", "<script>", "&#", "a = \"", "<a b='"
                }) {
            var html = part.repeat(1_000_000 / part.length());
            assertTimeoutPreemptively(Duration.ofSeconds(60), () -> PageHead.read(html), part);
        }
    }
}

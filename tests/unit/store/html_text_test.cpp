#include "host/store/html_text.hpp"

#include <gtest/gtest.h>

namespace cedar::host::store {
namespace {

TEST(HtmlText, DropsTagsAndKeepsBlocksApart) {
    EXPECT_EQ(html_to_text("<html><body><h2>Head</h2><p>One <b>bold</b>\n  word.</p><p>Two</p></body></html>"),
              "## Head\n\nOne bold word.\n\nTwo");
}

TEST(HtmlText, DropsScriptStyleAndCommentsWithTheirContent) {
    EXPECT_EQ(html_to_text("a<script>if (a < b) { x = '</p>'; }</script>b<STYLE>p{}</STYLE >c<!-- <p>no</p> -->d"),
              "abcd");
}

TEST(HtmlText, DecodesEntities) {
    EXPECT_EQ(html_to_text("&lt;T&gt; &amp; &quot;x&quot; caf&eacute; &#65;&#x42;&#128512; &nbsp;end"),
              "<T> & \"x\" café AB😀 end");
}

TEST(HtmlText, LeavesWhatIsNoEntityOrTag) {
    EXPECT_EQ(html_to_text("AT&T a < b &unknown; R&D; 1<2"), "AT&T a < b &unknown; R&D; 1<2");
}

TEST(HtmlText, MakesNoIllFormedTextOfNumbers) {
    EXPECT_EQ(html_to_text("&#xD800;&#0;&#x110000;&#99999999999;"),
              "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(HtmlText, MarksListsAndTables) {
    EXPECT_EQ(html_to_text("<ul><li>one</li><li><p>two</p></li></ul>"), "- one\n- two");
    EXPECT_EQ(html_to_text("<table><tr><th>a</th> <th>b</th></tr><tr><td>1</td><td>2</td></tr></table>"),
              "a | b\n1 | 2");
}

TEST(HtmlText, KeepsPreformattedText) {
    EXPECT_EQ(html_to_text("<p>x</p><pre>\nint  a;\n  b();</pre>y"), "x\n\nint  a;\n  b();\n\ny");
}

TEST(HtmlText, ReadsAQuotedAttributeToItsEnd) {
    EXPECT_EQ(html_to_text("<a title=\"a > b\">link</a>"), "link");
}

TEST(HtmlText, SurvivesBrokenMarkup) {
    EXPECT_EQ(html_to_text("a<b"), "a");
    EXPECT_EQ(html_to_text("a<script>never closed"), "a");
    EXPECT_EQ(html_to_text("a<!-- never closed"), "a");
    EXPECT_EQ(html_to_text("</p></div>a<"), "a<");
    EXPECT_EQ(html_to_text("&"), "&");
    EXPECT_EQ(html_to_text("<p title='"), "");
    EXPECT_EQ(html_to_text("x</script"), "x");
    EXPECT_EQ(html_to_text("<script></script"), "");
    EXPECT_EQ(html_to_text(""), "");
}

}  // namespace
}  // namespace cedar::host::store

using System.Text.Json;
using TfLbfgs.Cli.Output;
using Xunit;

namespace TfLbfgs.Tests.Cli.Output;

public class JsonLineTests
{
    [Fact]
    public void ToString_Fields_OneLineInOrder()
    {
        using JsonLine json = new();
        json.Add("b", 0.1).Add("a", "x\ny \"ü\" /").Add("n", 3).Add("t", true).Add("none", (string?)null).Add("list", ["p", "q"])
            .Add("items", [1, 2], (item, value) => item.Add("v", value));
        string text = json.ToString();
        Assert.Equal(
            "{\"b\":0.1,\"a\":\"x\\ny \\\"ü\\\" /\",\"n\":3,\"t\":true,\"none\":null,\"list\":[\"p\",\"q\"],\"items\":[{\"v\":1},{\"v\":2}]}", text);
        Assert.Equal(text, json.ToString());
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Add_NotFinite_Null(double value)
    {
        using JsonLine json = new();
        Assert.Equal(JsonValueKind.Null, JsonDocument.Parse(json.Add("loss", value).ToString()).RootElement.GetProperty("loss").ValueKind);
    }
}

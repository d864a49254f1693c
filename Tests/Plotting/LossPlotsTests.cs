using System.Buffers.Binary;
using System.Xml.Linq;
using SkiaSharp;
using TfLbfgs.Optimization;
using TfLbfgs.Plotting;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Native.Loading;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Plotting;

public sealed class LossPlotsTests : LeakChecked
{
    private readonly TemporaryFolder _folder = new();

    protected override void Dispose(bool disposing)
    {
        _folder.Dispose();
        base.Dispose(disposing);
    }

    [Fact]
    public void PlotLoss_OfAResult_IsAPictureOfThreeCurves()
    {
        using Tensor start = Tensor.From([-1.2, 1.0]);
        using LbfgsResult result = Lbfgs.Minimize(x => RawOps.Sum(x * x, Tensor.From([0])) + 1, start);
        string path = _folder.At("loss.png");
        result.PlotLoss(path);
        byte[] png = File.ReadAllBytes(path);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
        Assert.Equal(1650, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
        Assert.Equal(520, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
        // Each third of the picture has pixels in the colour of the curve.
        using SKBitmap picture = SKBitmap.Decode(png);
        for (int panel = 0; panel < 3; panel++)
            Assert.True(CountCurve(picture, panel * 550, (panel + 1) * 550) > 100, $"panel {panel} has no curve");
    }

    [Fact]
    public void PlotLoss_Svg_NamesTheThreeAxesInText()
    {
        Course(0.5, 0.1, 0.002).PlotLoss(_folder.At("loss.SVG"));
        XDocument svg = XDocument.Load(_folder.At("loss.SVG"));
        Assert.Equal("svg", svg.Root!.Name.LocalName);
        string text = svg.Root.Value;
        foreach (string expected in (string[])["accepted iterations", "evaluations of loss and gradient", "seconds", "loss", "2 iterations",
            "5 evaluations", "1e-2"])
            Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.DoesNotContain("validation", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { 0.5, 0.1, 0.0 }, true)]
    [InlineData(new[] { 0.5, double.NaN, 0.001 }, true)]
    [InlineData(new[] { 0.5, -0.1, -0.3 }, false)]
    [InlineData(new[] { 0.0, 0.0 }, false)]
    [InlineData(new[] { double.NaN }, false)]
    [InlineData(new double[0], false)]
    public void PlotLoss_LogarithmicScale_UnlessALossIsNegativeOrNoneIsPositive(double[] losses, bool logarithmic)
    {
        Course(losses).PlotLoss(_folder.At("loss.svg"));
        Assert.Equal(logarithmic, XDocument.Load(_folder.At("loss.svg")).Root!.Value.Contains("1e-1", StringComparison.Ordinal));
        Course(losses).PlotLoss(_folder.At("loss.png"));
    }

    [Fact]
    public void PlotLoss_WithValidation_DrawsAndNamesBoth()
    {
        LbfgsProgress[] history =
            [.. Course(0.5, 0.1, 0.002).Select(p => p with { ValidationLoss = p.Iteration == 1 ? null : p.Loss * 2 })];
        history.PlotLoss(_folder.At("loss.svg"));
        string text = XDocument.Load(_folder.At("loss.svg")).Root!.Value;
        Assert.Contains("training", text, StringComparison.Ordinal);
        Assert.Contains("validation", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("loss.jpg")]
    [InlineData("loss")]
    [InlineData("none/loss.png")]
    [InlineData("folder.png")]
    public void PlotLoss_PlaceOrExtensionThatCannotBe_SaysWhatWasExpectedAndLeavesNothing(string name)
    {
        Directory.CreateDirectory(_folder.At("folder.png"));
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => Course(1, 0.1).PlotLoss(_folder.At(name)));
        Assert.Contains(name, e.Message, StringComparison.Ordinal);
        Assert.Contains("expected", e.Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Font_IsInTheAssembly()
    {
        using SKTypeface? face = new EmbeddedFont().CreateTypeface(EmbeddedFont.Name, false, false);
        Assert.Equal("DejaVu Sans", face!.FamilyName);
        Assert.Null(new EmbeddedFont().CreateTypeface("Another Font", false, false));
    }

    private static LbfgsProgress[] Course(params double[] losses) =>
        [.. losses.Select((loss, i) => new LbfgsProgress(i, 1 + 2 * i, loss, 0.1, i == 0 ? 0 : 1, 0.5 * i))];

    private static int CountCurve(SKBitmap picture, int left, int right)
    {
        int count = 0;
        for (int x = left; x < right; x++)
        {
            for (int y = 0; y < picture.Height; y++)
                count += picture.GetPixel(x, y) == new SKColor(0x1f, 0x6f, 0xeb) ? 1 : 0;
        }

        return count;
    }
}

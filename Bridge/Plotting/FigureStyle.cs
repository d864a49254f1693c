using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace TfLbfgs.Plotting;

/// <summary>What the figures have in common: colours, font and axes, for figures of your own that look like them.</summary>
public static class FigureStyle
{
    /// <summary>Text and axes.</summary>
    public static readonly Color Ink = Color.FromHex("#333333");

    /// <summary>The first line.</summary>
    public static readonly Color Accent = Color.FromHex("#1f6feb");

    /// <summary>The second line.</summary>
    public static readonly Color Second = Color.FromHex("#d1590a");

    /// <summary>The grid.</summary>
    public static readonly Color Faint = Color.FromHex("#e3e6ea");

    static FigureStyle() => ScottPlot.Fonts.FontResolvers.Insert(0, new EmbeddedFont());

    /// <summary>A plot on white with plain axes.</summary>
    /// <param name="title">The title.</param>
    /// <param name="bottom">The label of the horizontal axis.</param>
    /// <param name="left">The label of the vertical axis.</param>
    /// <returns>The plot.</returns>
    public static Plot NewPlot(string title, string bottom, string left)
    {
        Plot plot = new();
        plot.FigureBackground.Color = Colors.White;
        plot.DataBackground.Color = Colors.White;
        plot.Axes.Color(Ink);
        plot.Axes.Title.Label.Text = title;
        plot.Axes.Title.Label.FontSize = 20;
        plot.Axes.Title.Label.Bold = false;
        foreach ((IAxis axis, string text) in ((IAxis, string)[])[(plot.Axes.Bottom, bottom), (plot.Axes.Left, left)])
        {
            axis.Label.Text = text;
            axis.Label.FontSize = 17;
            axis.Label.Bold = false;
            axis.TickLabelStyle.FontSize = 15;
        }

        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Grid.MajorLineColor = Faint;
        plot.Font.Set(EmbeddedFont.Name);
        return plot;
    }

    /// <summary>Ticks for an axis of decimal logarithms.</summary>
    public static NumericAutomatic LogarithmicTicks() => new()
    {
        MinorTickGenerator = new LogMinorTickGenerator(),
        IntegerTicksOnly = true,
        LabelFormatter = exponent => string.Create(CultureInfo.InvariantCulture, $"1e{exponent:+0;-0;0}"),
    };
}

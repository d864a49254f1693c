using ScottPlot;
using SkiaSharp;

namespace TfLbfgs.Plotting;

/// <summary>Turns figures into the content of files.</summary>
internal static class FigureFormats
{
    /// <summary>The format that the extension of a file names.</summary>
    /// <exception cref="TfLbfgsException">It names none.</exception>
    public static FigureFormat Of(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".PNG" => FigureFormat.Png,
        ".SVG" => FigureFormat.Svg,
        _ => throw new TfLbfgsException($"path: expected a file that ends in .png or .svg, received '{path}'. Name one of these."),
    };

    /// <summary>Renders a figure.</summary>
    public static byte[] Render(this Multiplot figure, FigureFormat format, int width, int height)
    {
        if (format == FigureFormat.Png)
            return figure.Render(width, height).GetImageBytes();
        using MemoryStream stream = new();
        // The document is complete only when the canvas is disposed.
        using (SKCanvas canvas = SKSvgCanvas.Create(new SKRect(0, 0, width, height), stream))
            figure.Render(canvas, new PixelRect(0, width, height, 0));
        return stream.ToArray();
    }
}

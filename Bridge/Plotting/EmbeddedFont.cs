using ScottPlot;
using SkiaSharp;

namespace TfLbfgs.Plotting;

/// <summary>DejaVu Sans from this assembly, so that text is drawn on machines without fonts, and looks the same on all.</summary>
internal sealed class EmbeddedFont : IFontResolver
{
    public const string Name = "DejaVu Sans";

    private const string Resource = "DejaVuSans.ttf";

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => Create(fontName);

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) => Create(fontName);

    private static SKTypeface? Create(string fontName)
    {
        if (fontName != Name)
            return null;
        using Stream stream = typeof(EmbeddedFont).Assembly.GetManifestResourceStream(Resource)!;
        return SKTypeface.FromStream(stream);
    }
}

namespace TfLbfgs.Plotting;

/// <summary>The file formats of figures.</summary>
internal enum FigureFormat
{
    Png,
    Svg,
}

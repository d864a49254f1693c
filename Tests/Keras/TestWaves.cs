using TfLbfgs.Tensors;

namespace TfLbfgs.Tests.Keras;

/// <summary>Data by formula, as Python made them for the values in the tests of losses and metrics: sin(frequency i + 0.3).</summary>
internal static class TestWaves
{
    /// <summary>Which of the elements [2, 3] count.</summary>
    public static Tensor Mask => Tensor.From(new[,] { { true, true, false }, { true, false, false } });

    public static Tensor Of(Shape shape, double frequency = 0.7, Func<double, double>? change = null) =>
        Tensor.From<double>(
            [.. Enumerable.Range(0, (int)shape.ElementCount).Select(i => Math.Sin((frequency * i) + 0.3))
            .Select(value => change is null ? value : change(value))], shape);
}

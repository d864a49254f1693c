using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// What an evaluation takes besides loss and gradient where the vectors lie in the memory of the process: loops that read each vector once.
/// To rounding the same as by ops.
/// </summary>
internal static unsafe class HostEvaluation
{
    /// <summary>x + t d.</summary>
    /// <param name="position">x, shape [n].</param>
    /// <param name="direction">d, shape [n].</param>
    /// <param name="step">t</param>
    /// <returns>The point, owned by the caller and registered with no scope, and the largest change of a component.</returns>
    public static (Tensor Next, double Moved) Move(Tensor position, Tensor direction, double step) => position.DType == DType.Float64
        ? Move<Float64Lanes>(position, direction, step)
        : Move<Float32Lanes>(position, direction, step);

    /// <summary>The numbers of an evaluation.</summary>
    /// <param name="step">The step along the direction.</param>
    /// <param name="loss">The loss there.</param>
    /// <param name="moved">The largest change of a component.</param>
    /// <param name="gradient">The gradient there, shape [n].</param>
    /// <param name="former">The gradient at the start of the search, shape [n].</param>
    /// <param name="direction">d, shape [n].</param>
    public static EvaluationScalars Measure(double step, double loss, double moved, Tensor gradient, Tensor former, Tensor direction) =>
        gradient.DType == DType.Float64
            ? Measure<Float64Lanes>(step, loss, moved, gradient, former, direction)
            : Measure<Float32Lanes>(step, loss, moved, gradient, former, direction);

    private static (Tensor Next, double Moved) Move<T>(Tensor position, Tensor direction, double step) where T : ILanes
    {
        Tiles tiles = Tiles.Of(position.Shape[0], 1);
        Partials largest = new(tiles.Number, 1);
        using TensorMemory x = TensorMemory.Of(position), d = TensorMemory.Of(direction);
        Tensor next = TensorMemory.Create(position.DType, position.Shape, out TensorMemory memory);
        using (memory)
            tiles.Run(3, new MoveLoop<T>(x.Data, d.Data, step, memory.Data, largest));
        return (next, largest.Largest(0));
    }

    private static EvaluationScalars Measure<T>(double step, double loss, double moved, Tensor gradient, Tensor former, Tensor direction)
        where T : ILanes
    {
        Tiles tiles = Tiles.Of(gradient.Shape[0], 1);
        Partials sums = new(tiles.Number, MeasureLoop<T>.Width);
        Partials largest = new(tiles.Number, 1);
        using TensorMemory g = TensorMemory.Of(gradient), h = TensorMemory.Of(former), d = TensorMemory.Of(direction);
        tiles.Run(3, new MeasureLoop<T>(g.Data, h.Data, d.Data, sums, largest));
        double[] s = sums.Sums();
        return new EvaluationScalars(
            step, loss, Slope: s[0], GradientMax: largest.Largest(0), GradientSquared: s[1], ChangeSquared: s[2], DirectionDotChange: s[3],
            Moved: moved, StartSlope: s[4], DirectionSquared: s[5]);
    }
}

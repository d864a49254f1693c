using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// What the compiled loop hands from one search to the next, all on the device; between blocks it is kept by the <see cref="LbfgsState"/>.
/// </summary>
/// <param name="Position">x, [n].</param>
/// <param name="Gradient">g, [n].</param>
/// <param name="BestPosition">The lowest point, [n].</param>
/// <param name="BestGradient">The gradient there, [n].</param>
/// <param name="Steps">S, [m, n].</param>
/// <param name="Changes">Y, [m, n].</param>
/// <param name="Diagonal">D, [n] or [1].</param>
/// <param name="Inverse">W transposed, float64, [m, m].</param>
/// <param name="Curvatures">The diagonal of R, float64, [m].</param>
/// <param name="Scalars">See <see cref="LoopNumbers{T}"/>, float64.</param>
/// <param name="Course">One row per accepted iteration of the block, float64, [rows, <see cref="Columns"/>].</param>
internal sealed record LoopState(
    Tensor Position, Tensor Gradient, Tensor BestPosition, Tensor BestGradient, Tensor Steps, Tensor Changes, Tensor Diagonal,
        Tensor Inverse, Tensor Curvatures, Tensor Scalars, Tensor Course)
{
    /// <summary>How many tensors.</summary>
    public const int Size = 11;

    /// <summary>The numbers of an iteration: evaluations, loss, max |g|, g.g, step, max |dx|.</summary>
    public const int Columns = 6;

    /// <summary>A state from its tensors.</summary>
    public static LoopState Of(ReadOnlySpan<Tensor> t) => new(t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7], t[8], t[9], t[10]);

    /// <summary>The state before the start is evaluated; its tensors belong to the scope of the caller.</summary>
    /// <param name="start">Where to start, shape [n].</param>
    /// <param name="pairs">m.</param>
    /// <param name="scaling">Of the initial matrix.</param>
    /// <param name="rows">The most iterations of a block.</param>
    public static LoopState Begin(Tensor start, int pairs, InverseScaling scaling, int rows)
    {
        (long n, DType dtype) = (start.Shape[0], start.DType);
        Tensor zeros = Filled(0, dtype, n);
        Tensor history = Filled(0, dtype, pairs, n);
        LoopNumbers<double> numbers = new()
        {
            Run = IterationRules<HostScalar, HostTruth>.Begin(0).Select(number => number.Value) with
            {
                CapScore = FirstTrial.BeginningScore(n, pairs),
            },
            BestValue = double.PositiveInfinity,
            Slot = -1,
            Share = LengthShare.Whole,
            IsStart = 1,
        };
        return new LoopState(
            start, zeros, start, zeros, history, history, Filled(1, dtype, scaling == InverseScaling.Diagonal ? n : 1),
                Tensor.Fill([pairs, pairs], 0, DType.Float64), Tensor.Fill([pairs], 0, DType.Float64),
            Tensor.From(numbers.Pack()), Tensor.Fill([rows, Columns], 0, DType.Float64));
    }

    /// <summary>The tensors, in the order of <see cref="Of"/>.</summary>
    public Tensor[] Tensors() =>
        [Position, Gradient, BestPosition, BestGradient, Steps, Changes, Diagonal, Inverse, Curvatures, Scalars, Course];

    /// <summary>Made on the device: nothing of that size on the host.</summary>
    private static Tensor Filled(double value, DType dtype, params long[] shape) =>
        RawOps.Fill(Tensor.From(shape), Tensor.Scalar(value, dtype));
}

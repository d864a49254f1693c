using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>What a batch minimizes, for any number of its members.</summary>
/// <param name="Evaluate">From positions, shape [..., n], and the indices of their members, int64, shape [...], to losses, shape [...], and
/// gradients, shape [..., n].</param>
/// <param name="DType">float32 or float64.</param>
/// <param name="Shape">The shape of all positions, [..., n].</param>
internal sealed record BatchProblem(Func<Tensor, Tensor, (Tensor Losses, Tensor Gradients)> Evaluate, DType DType, Shape Shape)
{
    private const long ByteLimit = 1L << 30;
    private const int LeastPairs = 3;

    /// <summary>
    /// The pairs of each member when nothing is said: as for a single vector (<see cref="MemoryTable"/>), but those of all members together
    /// take no more than 1 GiB.
    /// </summary>
    public int MemoryLength
    {
        get
        {
            long bytesOfPair = 2 * Shape.ElementCount * (DType == DType.Float32 ? sizeof(float) : sizeof(double));
            return (int)Math.Clamp(ByteLimit / bytesOfPair, LeastPairs, MemoryTable.Length(Shape[^1], DType));
        }
    }

    /// <summary>Makes it possible to repeat an evaluation that failed; null: never.</summary>
    public Func<TfStatusException, int, bool>? Recover { get; init; }

    /// <summary>All members, in the shape of the starts.</summary>
    public BatchFunction All => Of(Shape);

    /// <summary>Some members, in one row after the other.</summary>
    /// <param name="rows">How many.</param>
    public BatchFunction Some(int rows) => Of([rows, Shape[^1]]);

    private BatchFunction Of(Shape shape) => new((x, data) => Evaluate(x, data[0]), () => [], DType, shape) { Recover = Recover };
}

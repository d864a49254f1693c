using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The products of two inputs, summed over one dimension of each, for every sample. From [batch, i, k] and [batch, k, j] with axes (2, 1)
/// to [batch, i, j]. Python: <c>tf.keras.layers.Dot</c>.
/// </summary>
public sealed class Dot : Layer
{
    private int[] _axes = [-1];
    private bool _normalize;
    private KerasGeneration _origin = KerasGeneration.Keras3;

    /// <summary>Creates a layer that sums over the same dimension of both.</summary>
    /// <param name="axis">The dimension, the batch counted; negative from the end.</param>
    /// <param name="normalize">Whether the vectors along that dimension are scaled to length 1 first, for the cosine of their angle.
    /// Default false.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public Dot(int axis, bool normalize = false, string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        _axes = [axis];
        _normalize = normalize;
    }

    /// <summary>Creates a layer.</summary>
    /// <param name="axes">The dimension of the first input and that of the second, the batch counted; negative from the end.</param>
    /// <param name="normalize">Whether the vectors along these dimensions are scaled to length 1 first. Default false.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public Dot((int First, int Second) axes, bool normalize = false, string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        _axes = [axes.First, axes.Second];
        _normalize = normalize;
    }

    internal Dot()
    {
    }

    /// <summary>The dimensions over which is summed: one for both, or one for each.</summary>
    public IReadOnlyList<int> Axes => _axes;

    /// <summary>Whether the vectors are scaled to length 1 first.</summary>
    public bool Normalize => _normalize;

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        (Tensor x, Tensor y) = (inputs[0], inputs[1]);
        (int axisX, int axisY) = AxesFor(x.Rank, y.Rank);
        if (_normalize)
            (x, y) = (ScaleToOne(x, axisX), ScaleToOne(y, axisY));
        string letters = "abcdefghijklmnopqrstuvwxyz";
        // a is the batch, b what is summed; the other dimensions keep their order.
        int next = 2;
        char[] ofX = [.. Enumerable.Range(0, x.Rank).Select(i => i == 0 ? 'a' : i == axisX ? 'b' : letters[next++])];
        char[] ofY = [.. Enumerable.Range(0, y.Rank).Select(i => i == 0 ? 'a' : i == axisY ? 'b' : letters[next++])];
        string output = "a" + string.Concat(ofX.Concat(ofY).Where(letter => letter is not ('a' or 'b')));
        Tensor product = Tf.Einsum($"{new string(ofX)},{new string(ofY)}->{output}", x, y);
        return [product.Rank == 1 ? Tf.ExpandDims(product, 1) : product];
    }

    /// <inheritdoc/>
    protected override void CheckInputShapes(IReadOnlyList<Shape> inputShapes)
    {
        ArgumentNullException.ThrowIfNull(inputShapes);
        if (inputShapes.Count != 2 || inputShapes.Any(shape => !shape.HasRank || shape.Rank < 2))
            throw new TfLbfgsException(
                $"{this}: expected two inputs of at least 2 dimensions, the batch first, received {string.Join(" and ", inputShapes)}.");
        (int x, int y) = AxesFor(inputShapes[0].Rank, inputShapes[1].Rank);
        if (x < 1 || y < 1 || x >= inputShapes[0].Rank || y >= inputShapes[1].Rank)
            throw new TfLbfgsException($"{this}: expected axes after the batch, received [{string.Join(", ", _axes)}] for inputs of "
                + $"{string.Join(" and ", inputShapes)}.");
        (long first, long second) = (inputShapes[0][x], inputShapes[1][y]);
        if (first >= 0 && second >= 0 && first != second)
            throw new TfLbfgsException($"{this}: expected equal sizes along the axes [{string.Join(", ", _axes)}], received {first} and "
                + $"{second} of {string.Join(" and ", inputShapes)}.");
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Origin(ref _origin);
        fields.Axes("axes", ref _axes);
        fields.Flag("normalize", ref _normalize);
        if (_axes.Length is not (1 or 2))
            throw fields.Fail($"one axis or two, received {_axes.Length}");
    }

    private (int X, int Y) AxesFor(int rankX, int rankY)
    {
        (int x, int y) = (_axes[0], _axes[^1]);
        return (x < 0 ? x + rankX : x, y < 0 ? y + rankY : y);
    }

    // As tf.math.l2_normalize (Keras 2) and keras.ops.normalize (Keras 3) bound the length of a vector from below.
    private Tensor ScaleToOne(Tensor x, int axis)
    {
        double bound = _origin == KerasGeneration.Keras2 ? 1e-12 : 1e-14;
        return x * Tf.Math.Rsqrt(Tf.Maximum(Tf.ReduceSum(Tf.Square(x), axis, keepDims: true), bound));
    }
}

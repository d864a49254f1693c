using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients;

/// <summary>
/// A field u(x) and its partial derivatives by the coordinates, as a differential equation takes them: <c>u[0]</c> is u_x,
/// <c>u[0, 0]</c> u_xx, <c>u[0, 1]</c> u_xy. Made by <see cref="Derivatives.Of"/>. Each is computed when it is asked for first, by Taylor
/// mode along
/// a direction; on the tape and in the trace of the thread that asks.
/// </summary>
public sealed class PartialDerivatives
{
    private readonly Func<Tensor, Tensor> _function;
    private readonly Tensor _x;
    private readonly Dictionary<(int First, int Second), Tensor[]> _along = [];
    private readonly Dictionary<(int First, int Second), Tensor> _mixed = [];

    internal PartialDerivatives(Func<Tensor, Tensor> function, Tensor x) => (_function, _x) = (function, x);

    /// <summary>u, [rows, outputs].</summary>
    public Tensor Value => Along(0, 0)[0];

    /// <summary>The first derivative by a coordinate, [rows, outputs].</summary>
    /// <param name="coordinate">Which column of x, from 0.</param>
    /// <exception cref="TfLbfgsException">There is no such coordinate, or an op has no Taylor rule.</exception>
    public Tensor this[int coordinate] => Along(Checked(coordinate), coordinate)[1];

    /// <summary>The second derivative by two coordinates, [rows, outputs].</summary>
    /// <param name="first">A column of x, from 0.</param>
    /// <param name="second">Another one, or the same.</param>
    /// <exception cref="TfLbfgsException">There is no such coordinate, or an op has no Taylor rule.</exception>
    public Tensor this[int first, int second]
    {
        get
        {
            (int low, int high) = (Math.Min(Checked(first), Checked(second)), Math.Max(first, second));
            if (low == high)
                return Along(low, low)[2];
            // The curvature along the sum of two directions is that along each, and twice the mixed one.
            if (!_mixed.TryGetValue((low, high), out Tensor? mixed))
                _mixed[(low, high)] = mixed = (Along(low, high)[2] - Along(low, low)[2] - Along(high, high)[2]) / 2;
            return mixed;
        }
    }

    /// <summary>The sum of the second derivatives by each of some coordinates, [rows, outputs].</summary>
    /// <param name="coordinates">The columns of x; none: all.</param>
    /// <returns>The Laplacian.</returns>
    /// <exception cref="TfLbfgsException">There is no such coordinate, or an op has no Taylor rule.</exception>
    public Tensor Laplacian(params IReadOnlyList<int> coordinates)
    {
        ArgumentNullException.ThrowIfNull(coordinates);
        IEnumerable<int> all = coordinates.Count > 0 ? coordinates : Enumerable.Range(0, (int)_x.Shape[1]);
        return all.Select(i => this[i, i]).Aggregate((sum, next) => sum + next);
    }

    /// <summary>
    /// Value, first and second derivative along the sum of two coordinate directions, or along one where they are the same.
    /// </summary>
    private Tensor[] Along(int first, int second)
    {
        if (_along.TryGetValue((first, second), out Tensor[]? known))
            return known;
        double[] direction = new double[_x.Shape[1]];
        direction[first] = direction[second] = 1;
        using TensorScope scope = new();
        Tensor row = RawOps.Cast(Tensor.From<double>(direction, Shape.Create([1, direction.Length])), _x.DType);
        Tensor[] computed = Array.ConvertAll(Derivatives.Taylor(_function, _x, RawOps.OnesLike(_x) * row, 2), scope.Keep);
        return _along[(first, second)] = computed;
    }

    private int Checked(int coordinate) => coordinate >= 0 && coordinate < _x.Shape[1]
        ? coordinate
        : throw new TfLbfgsException($"PartialDerivatives: expected a coordinate from 0 to {_x.Shape[1] - 1}, received {coordinate}.");
}

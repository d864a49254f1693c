using System.Collections;
using System.Runtime.CompilerServices;

namespace TfLbfgs.Tensors;

/// <summary>
/// The shape of a tensor: the size of each dimension, row-major. While a function is traced a dimension may be unknown (-1), or even the
/// rank.
/// Immutable. Python: <c>tf.TensorShape</c>.
/// </summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public sealed class Shape : IReadOnlyList<long>, IEquatable<Shape>
{
    private readonly long[]? _dims;

    private Shape(long[]? dims) => _dims = dims;

    /// <summary>The shape of a scalar: no dimension, one element.</summary>
    public static Shape Scalar { get; } = new([]);

    /// <summary>A shape of which not even the rank is known.</summary>
    public static Shape Unknown { get; } = new(null);

    /// <summary>False when not even the number of dimensions is known.</summary>
    public bool HasRank => _dims is not null;

    /// <summary>The number of dimensions; -1 when it is unknown.</summary>
    public int Rank => _dims?.Length ?? -1;

    /// <inheritdoc/>
    public int Count => Dims.Length;

    /// <summary>True when the rank and every dimension are known.</summary>
    public bool IsFullyKnown => _dims is not null && Array.TrueForAll(_dims, d => d >= 0);

    /// <summary>The number of elements, the product of the dimensions.</summary>
    /// <exception cref="TfLbfgsException">A dimension is unknown.</exception>
    public long ElementCount
    {
        get
        {
            long count = 1;
            foreach (long dim in Dims)
            {
                if (dim < 0)
                    throw new TfLbfgsException(
                        $"The number of elements of shape {this} is unknown until the function runs; use the Size op.");
                count = checked(count * dim);
            }

            return count;
        }
    }

    internal ReadOnlySpan<long> Dims =>
        _dims ?? throw new TfLbfgsException("The rank of this tensor is unknown until the function runs; use the Shape or Rank op.");

    /// <summary>The size of a dimension; -1 when unknown.</summary>
    /// <param name="index">0 is the outermost; may be negative, counted from the end as in Python.</param>
    public long this[int index] => Dims[index < 0 ? index + Rank : index];

    /// <summary>Creates a shape.</summary>
    /// <param name="dims">The dimensions, each at least 0, or -1 when unknown.</param>
    /// <returns>The shape.</returns>
    /// <exception cref="TfLbfgsException">A dimension is below -1.</exception>
    public static Shape Create(ReadOnlySpan<long> dims)
    {
        foreach (long dim in dims)
        {
            if (dim < -1)
                throw new TfLbfgsException(
                    $"Expected dimensions of 0 or more, or -1 for unknown, received [{string.Join(", ", dims.ToArray())}].");
        }

        return dims.Length == 0 ? Scalar : new Shape(dims.ToArray());
    }

    /// <summary>Creates a shape from an array.</summary>
    /// <param name="dims">The dimensions.</param>
    public static implicit operator Shape(long[] dims)
    {
        ArgumentNullException.ThrowIfNull(dims);
        return Create(dims);
    }

    /// <summary>Creates a shape from an array.</summary>
    /// <param name="dims">The dimensions.</param>
    public static implicit operator Shape(int[] dims) => Create(Array.ConvertAll(dims, d => (long)d));

    /// <summary>True when both describe the same dimensions; unknown ones are equal to unknown ones.</summary>
    /// <param name="left">One shape.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(Shape? left, Shape? right) => left?.Equals(right) ?? right is null;

    /// <summary>True when the shapes differ.</summary>
    /// <param name="left">One shape.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(Shape? left, Shape? right) => !(left == right);

    /// <summary>The dimensions as a new array.</summary>
    /// <returns>The dimensions.</returns>
    public long[] ToArray() => Dims.ToArray();

    /// <summary>
    /// True when a tensor of the other shape may stand where this shape is declared: unknown dimensions agree with every size.
    /// </summary>
    /// <param name="other">The shape to compare with.</param>
    /// <returns>Whether they agree.</returns>
    public bool IsCompatibleWith(Shape other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (_dims is null || other._dims is null)
            return true;
        if (_dims.Length != other._dims.Length)
            return false;
        for (int i = 0; i < _dims.Length; i++)
        {
            if (_dims[i] >= 0 && other._dims[i] >= 0 && _dims[i] != other._dims[i])
                return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public bool Equals(Shape? other) =>
        other is not null && (_dims is null ? other._dims is null : other._dims is not null && _dims.AsSpan().SequenceEqual(other._dims));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (long dim in _dims ?? [])
            hash.Add(dim);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<long> GetEnumerator() => ((IEnumerable<long>)Dims.ToArray()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>As Python prints it: <c>(2, 3)</c>, <c>(3,)</c>, <c>()</c>, <c>(None, 3)</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        if (_dims is null)
            return "<unknown>";
        string inner = string.Join(", ", _dims.Select(d => d < 0 ? "None" : d.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return _dims.Length == 1 ? $"({inner},)" : $"({inner})";
    }
}

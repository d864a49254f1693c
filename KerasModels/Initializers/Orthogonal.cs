using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Initializers;

/// <summary>
/// A random orthogonal matrix times a gain: the leading dimensions are taken as one, and the shorter side is orthonormal. Costs rows times
/// columns squared on the host.
/// Python: <c>tf.keras.initializers.Orthogonal</c>.
/// </summary>
/// <param name="gain">The factor; default 1.</param>
[KerasName("Orthogonal", "OrthogonalInitializer")]
public sealed class Orthogonal(double gain = 1) : Initializer
{
    private double _gain = gain;

    /// <summary>The factor.</summary>
    public double Gain => _gain;

    /// <inheritdoc/>
    protected override double[] Values(Shape shape, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(random);
        if (shape.Rank < 2)
            throw new TfLbfgsException($"Initializer Orthogonal: expected a shape of at least 2 dimensions, received {shape}.");
        int columns = (int)shape[-1], rows = (int)(shape.ElementCount / Math.Max(1, columns));
        int count = Math.Min(rows, columns), length = Math.Max(rows, columns);
        double[][] basis = new double[count][];
        for (int i = 0; i < count; i++)
            basis[i] = NextDirection(basis.AsSpan(0, i), length, random);
        double[] values = new double[rows * columns];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < length; j++)
                values[rows >= columns ? (j * columns) + i : (i * columns) + j] = Gain * basis[i][j];
        }

        return values;
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Number("gain", ref _gain);
        DescribeSeed(fields);
    }

    // Gram-Schmidt, twice: once leaves an error of the condition number, twice none that counts. The diagonal of R is positive, which makes
    // the matrix uniformly distributed.
    private static double[] NextDirection(ReadOnlySpan<double[]> basis, int length, RandomSource random)
    {
        double[] vector = Fill([length], random.NextNormal);
        for (int pass = 0; pass < 2; pass++)
        {
            foreach (double[] other in basis)
            {
                double projection = Dot(vector, other);
                for (int i = 0; i < length; i++)
                    vector[i] -= projection * other[i];
            }
        }

        double norm = Math.Sqrt(Dot(vector, vector));
        return Array.ConvertAll(vector, v => v / norm);
    }

    private static double Dot(double[] left, double[] right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
            sum += left[i] * right[i];
        return sum;
    }
}

namespace TfLbfgs.Optimization;

/// <summary>
/// W = R^-1 and the diagonal of R by slots, on the host, with R_ij = s_i.y_j for i no younger than j: what
/// <see cref="TriangularForm.Extend"/> is on the device.
/// </summary>
/// <param name="length">m, the most pairs.</param>
internal sealed class CompactMatrix(int length)
{
    /// <summary>W transposed, row-major, [m, m].</summary>
    public double[] Inverse { get; private set; } = new double[length * length];

    /// <summary>The diagonal of R.</summary>
    public double[] Curvatures { get; private set; } = new double[length];

    /// <summary>Takes other matrices.</summary>
    /// <param name="inverse">W transposed.</param>
    /// <param name="curvatures">The diagonal of R.</param>
    public void Assign(double[] inverse, double[] curvatures) => (Inverse, Curvatures) = (inverse, curvatures);

    /// <summary>Forgets all pairs.</summary>
    public void Clear()
    {
        Array.Clear(Inverse);
        Array.Clear(Curvatures);
    }

    /// <summary>Takes the pair of a slot, whose former pair is dropped.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="products">S y of the filled slots; what stands at the new one is not used.</param>
    /// <param name="stepDotChange">s.y</param>
    public void Extend(int slot, ReadOnlySpan<double> products, double stepDotChange)
    {
        int rows = products.Length;
        double[] coefficients = products.ToArray();
        coefficients[slot] = 0;
        for (int i = 0; i < rows; i++)
            Inverse[i * length + slot] = 0;
        double[] column = Combine(coefficients);
        for (int i = 0; i < rows; i++)
            Inverse[slot * length + i] = column[i] / -stepDotChange;
        Inverse[slot * length + slot] = 1 / stepDotChange;
        Curvatures[slot] = stepDotChange;
    }

    /// <summary>The row c times W transposed.</summary>
    /// <param name="row">c, of the filled slots.</param>
    public double[] Solve(double[] row) => Combine(row);

    /// <summary>The row c times W.</summary>
    /// <param name="row">c, of the filled slots.</param>
    public unsafe double[] SolveTransposed(double[] row)
    {
        double[] result = new double[row.Length];
        fixed (double* inverse = Inverse, c = row)
        {
            for (int i = 0; i < result.Length; i++)
                result[i] = Loops<Float64Lanes>.Dot(inverse + i * length, c, 0, row.Length);
        }

        return result;
    }

    private unsafe double[] Combine(double[] coefficients)
    {
        double[] sum = new double[coefficients.Length];
        fixed (double* inverse = Inverse, s = sum)
            Loops<Float64Lanes>.Combine(s, inverse, length, coefficients, 0, sum.Length);
        return sum;
    }
}

namespace TfLbfgs.Optimization;

/// <summary>W and the diagonal of R on the host.</summary>
/// <param name="length">m, the most pairs.</param>
internal sealed class CompactMatrix(int length) : ICompactMatrix<double[], HostScalar>
{
    private int _slot;
    private int _rows;

    /// <summary>W transposed, row-major, [m, m].</summary>
    public double[] Inverse { get; private set; } = new double[length * length];

    /// <inheritdoc/>
    public double[] Curvatures { get; set; } = new double[length];

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
    /// <param name="products">S y of the filled slots; changed.</param>
    /// <param name="stepDotChange">s.y</param>
    public void Extend(int slot, double[] products, double stepDotChange)
    {
        (_slot, _rows) = (slot, products.Length);
        TriangularForm.Extend<double[], HostScalar, HostTruth>(this, products, stepDotChange);
    }

    /// <inheritdoc/>
    public void ClearColumn()
    {
        for (int i = 0; i < _rows; i++)
            Inverse[i * length + _slot] = 0;
    }

    /// <inheritdoc/>
    public double[] With(double[] row, HostScalar number)
    {
        row[_slot] = number;
        return row;
    }

    /// <inheritdoc/>
    public double[] Divide(double[] row, HostScalar divisor)
    {
        for (int i = 0; i < row.Length; i++)
            row[i] /= divisor;
        return row;
    }

    /// <inheritdoc/>
    public void Put(double[] row) => row.CopyTo(Inverse, _slot * length);

    /// <inheritdoc/>
    public unsafe double[] Solve(double[] row)
    {
        double[] sum = new double[row.Length];
        fixed (double* inverse = Inverse, s = sum)
            Loops<Float64Lanes>.Combine(s, inverse, length, row, 0, sum.Length);
        return sum;
    }

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
}

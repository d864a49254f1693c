using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Cli.Data;

/// <summary>Numbers in rows and columns, row-major, on the host.</summary>
internal sealed class Matrix(double[] values, int columns)
{
    public double[] Values { get; } = values;

    public int Columns { get; } = columns;

    public int Rows => Columns == 0 ? 0 : Values.Length / Columns;

    public double this[int row, int column] => Values[(row * Columns) + column];

    /// <summary>A range of rows, copied.</summary>
    public Matrix RowRange(int start, int count) => new(Values.AsSpan(start * Columns, count * Columns).ToArray(), Columns);

    /// <summary>A range of columns, copied.</summary>
    public Matrix ColumnRange(int start, int count)
    {
        double[] values = new double[Rows * count];
        for (int row = 0; row < Rows; row++)
            Values.AsSpan((row * Columns) + start, count).CopyTo(values.AsSpan(row * count));
        return new Matrix(values, count);
    }

    /// <summary>A column, copied.</summary>
    public double[] Column(int column) => ColumnRange(column, 1).Values;

    /// <summary>The numbers as a tensor [rows, columns], owned by the caller.</summary>
    /// <exception cref="TfLbfgsException">A number is too large for float32.</exception>
    public Tensor ToTensor(DType dtype)
    {
        if (dtype == DType.Float64)
            return Tensor.From<double>(Values, [Rows, Columns]);
        float[] narrow = new float[Values.Length];
        for (int i = 0; i < narrow.Length; i++)
        {
            narrow[i] = (float)Values[i];
            if (!float.IsFinite(narrow[i]))
                throw new TfLbfgsException($"Expected numbers of the range of float32, received {Values[i]:R} in data row "
                    + $"{(i / Columns) + 1}. Use --dtype float64 or --standardize.");
        }

        return Tensor.From<float>(narrow, [Rows, Columns]);
    }
}

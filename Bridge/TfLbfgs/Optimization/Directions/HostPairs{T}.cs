using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>The pairs of one dtype: see <see cref="HostPairs"/>.</summary>
/// <typeparam name="T">The dtype.</typeparam>
internal sealed unsafe class HostPairs<T> : HostPairs, ICompactInverse<nint, double[]> where T : ILanes
{
    private readonly Tiles _tiles;

    /// <summary>S g, where it is known before a direction is asked for.</summary>
    private double[]? _products;

    /// <summary>What D is multiplied by before it is used.</summary>
    private double _length = 1;

    // Where S, Y, D and the direction that is computed begin.
    private void* _steps;
    private void* _changes;
    private void* _diagonal;
    private void* _direction;

    /// <inheritdoc cref="HostPairs.Create"/>
    public HostPairs(int length, long count, DType dtype, InverseScaling scaling) : base(length, count, dtype, scaling) =>
        _tiles = Tiles.Of(count, length);

    private int Rows => Cursor.Count;

    /// <inheritdoc/>
    private protected override Tensor Learn(PairSource source, double stepDotChange, double changeSquared, double length)
    {
        Own();
        int slot = Cursor.Slot;
        using TensorMemory steps = TensorMemory.Of(Vectors[0]), changes = TensorMemory.Of(Vectors[1]);
        void* newStep = T.Row(steps.Data, slot, Count), newChange = T.Row(changes.Data, slot, Count);
        Partials sums = new(_tiles.Number, PairLoop<T>.Width(Rows));
        using (TensorMemory diagonal = TensorMemory.Of(Vectors[2]))
        {
            _tiles.Run(Rows, new PairLoop<T>
            {
                Count = Count,
                Rows = Rows,
                Step = source.Step,
                Factor = source.Factor,
                Direction = source.Direction.Data,
                Gradient = source.Gradient.Data,
                Former = source.Former is { } former ? former.Data : null,
                Change = source.Change is { } change ? change.Data : null,
                Diagonal = HasDiagonal ? diagonal.Data : null,
                Steps = steps.Data,
                NewStep = newStep,
                NewChange = newChange,
                Sums = sums,
            });
        }

        double[] total = sums.Sums();
        double[] stepsDotChange = new double[Rows];
        _products = new double[Rows];
        for (int row = 0; row < Rows; row++)
            (stepsDotChange[row], _products[row]) = (total[2 * row], total[2 * row + 1]);
        Matrix.Extend(slot, stepsDotChange, stepDotChange);
        _length = HasDiagonal
            ? Rescale(newStep, newChange, stepDotChange, total[2 * Rows], total[2 * Rows + 1], length)
            : SetScalar(stepDotChange / changeSquared);
        return Direction(source.Gradient);
    }

    /// <inheritdoc/>
    private protected override Tensor Apply(TensorMemory gradient)
    {
        (_products, _length) = (null, 1);
        return Direction(gradient);
    }

    /// <inheritdoc/>
    public double[] TimesSteps(nint vector)
    {
        if (_products is { } known)
            return known;
        Partials sums = new(_tiles.Number, Rows);
        _tiles.Run(Rows, new ProductsLoop<T>(_steps, Count, (void*)vector, sums));
        return sums.Sums();
    }

    /// <inheritdoc/>
    public double[] Solve(double[] products) => Matrix.Solve(products);

    /// <inheritdoc/>
    public (nint Scaled, double[] Products) Scale(nint gradient, double[] al)
    {
        Partials sums = new(_tiles.Number, Rows);
        _tiles.Run(Rows, new ChangesLoop<T>
        {
            Count = Count,
            Gradient = (void*)gradient,
            Diagonal = HasDiagonal ? _diagonal : null,
            Length = HasDiagonal ? _length : T.Get(_diagonal, 0),
            Changes = _changes,
            Coefficients = Array.ConvertAll(al, number => -number),
            Scaled = _direction,
            Sums = sums,
        });
        return ((nint)_direction, sums.Sums());
    }

    /// <inheritdoc/>
    public double[] SolveTransposed(double[] al, double[] products)
    {
        double[] row = new double[al.Length];
        for (int i = 0; i < row.Length; i++)
            row[i] = Matrix.Curvatures[i] * al[i] - products[i];
        return Matrix.SolveTransposed(row);
    }

    /// <inheritdoc/>
    public nint Combine(nint scaled, double[] v)
    {
        _tiles.Run(Rows, new StepsLoop<T>(_steps, Count, v, (void*)scaled));
        return scaled;
    }

    private Tensor Direction(TensorMemory gradient)
    {
        using TensorMemory steps = TensorMemory.Of(Vectors[0]), changes = TensorMemory.Of(Vectors[1]),
            diagonal = TensorMemory.Of(Vectors[2]);
        Tensor direction = TensorMemory.Create(DType, [Count], out TensorMemory memory);
        using (memory)
        {
            _steps = steps.Data;
            _changes = changes.Data;
            _diagonal = diagonal.Data;
            _direction = memory.Data;
            TriangularForm.Direction(this, (nint)gradient.Data);
        }

        return direction;
    }

    /// <summary>The next D, except for its length; as <see cref="TriangularForm.Rescale"/>.</summary>
    /// <returns>What it is still to be multiplied by.</returns>
    private double Rescale(void* step, void* change, double stepDotChange, double weightedChange, double weightedStep, double length)
    {
        Tensor next = TensorMemory.Create(DType, [Count], out TensorMemory memory);
        Partials numbers = new(_tiles.Number, 1);
        using (memory)
        {
            using (TensorMemory former = TensorMemory.Of(Vectors[2]))
            {
                // s.Bs is what the sum over s.s/D is, as D is scaled by one factor.
                double scale = stepDotChange / weightedChange;
                _tiles.Run(4, new LearntLoop<T>(
                    former.Data, step, change, (scale, 1 / stepDotChange, scale / weightedStep), memory.Data, numbers));
            }

            double least = numbers.Largest(0) * DiagonalFormula<Lane>.Least;
            _tiles.Run(3, new DiagonalLoop<T>(memory.Data, change, least, numbers));
        }

        Replace(2, next);
        return length / numbers.Sums()[0];
    }

    private double SetScalar(double value)
    {
        Replace(2, HostVectors.Filled(value, DType, [1]));
        return 1;
    }
}

using TfLbfgs.Keras.Constraints;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras;

/// <summary>Regularizers and constraints against values computed by hand.</summary>
public sealed class PenaltyTests : LeakChecked
{
    private readonly TensorScope _scope = new();
    private readonly Tensor _x = Tf.Constant(new[,] { { 3.0, 0 }, { 4, -2 } });

    [Fact]
    public void Regularizers_OfAMatrix_AreSums()
    {
        Assert.Equal((0.1 * 9) + (0.01 * 29), new L1L2(0.1, 0.01).Compute(_x).ToDouble(), 1e-7);
        // Rows of length 1 are (1, 0) and (4, -2) / sqrt(20): one pair, whose product is 4 / sqrt(20).
        Assert.Equal(0.5 * 4 / Math.Sqrt(20), new OrthogonalRegularizer(0.5).Compute(_x).ToDouble(), 1e-7);
    }

    [Fact]
    public void Constraints_OfAMatrix_BoundTheNormsOfColumns()
    {
        Expect(new UnitNorm().Apply(_x), 0.6, 0, 0.8, -1);
        // The first column, of norm 5, becomes 4 long; the second, of norm 2, becomes 3 long.
        Expect(new MinMaxNorm(3, 4).Apply(_x), 2.4, 0, 3.2, -3);
    }

    [Theory]
    [InlineData(2, new double[] { 1, 1, 1, 1 })]
    [InlineData(3, new double[] { 9, 9, 9, 9, 1, 9, 9, 9, 9 })]
    [InlineData(4, new double[] { 31, 31, 31, 31, 31, 11, 11, 31, 31, 11, 11, 31, 31, 31, 31, 31 })]
    [InlineData(5, new double[] { 37, 37, 37, 37, 37, 37, 25, 25, 25, 37, 37, 25, 13, 25, 37, 37, 25, 25, 25, 37, 37, 37, 37, 37, 37 })]
    public void RadialConstraint_OfAKernel_HasTheValuesOfKeras2(int size, double[] expected)
    {
        Tensor kernel = Tensor.From<double>([.. Enumerable.Range(1, 2 * size * size).Select(i => (double)i)], [size, size, 1, 2]);
        Expect(new RadialConstraint().Apply(kernel), [.. expected.SelectMany(value => new[] { value, value + 1 })]);
        Assert.Contains("[size, size, inputs, outputs]", Assert.Throws<TfLbfgsException>(() => new RadialConstraint().Apply(_x)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ActivityRegularization_OfABatch_IsDividedByItsSize()
    {
        using ActivityRegularization layer = new(l1: 0.5, l2: 0.1, dtype: TfLbfgs.Runtime.DType.Float64);
        using TfLbfgs.Keras.Sequential model = new(TfLbfgs.Runtime.DType.Float64) { new InputLayer([2]), layer };
        using TfLbfgs.Keras.ModelOutput output = model.Forward([_x]);
        Assert.Equal(((0.5 * 9) + (0.1 * 29)) / 2, output.RegularizationLoss!.ToDouble(), 1e-7);
        Assert.Equal(_x.ToDoubles(), output.Values[0].ToDoubles());
    }

    protected override void Dispose(bool disposing)
    {
        _scope.Dispose();
        base.Dispose(disposing);
    }

    private static void Expect(Tensor received, params double[] expected) =>
        Assert.All(expected.Zip(received.ToDoubles()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
}

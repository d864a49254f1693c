using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Gradients;

public class IndexedSlicesTests : LeakChecked
{
    [Fact]
    public void SparseGradient_OfGatheredVariable_HasTheRowsInOrder()
    {
        using TensorScope scope = new();
        using Variable table = new(Tensor.From(new[,] { { 1.0, 2.0 }, { 3.0, 4.0 }, { 5.0, 6.0 }, { 7.0, 8.0 } }), "embeddings"),
            scale = new(Tensor.Scalar(3.0), "scale");
        using GradientTape tape = new(persistent: true);
        Tensor rows = Tf.Gather(table.Value, Tf.Constant([0, 2, 0]));
        Tensor direct = RawOps.ResourceGather(table.Handle, Tf.Constant(new[,] { { 3L }, { 1L } }), DType.Float64);
        Tensor loss = Tf.ReduceSum(Tf.Square(rows)) * scale.Value + Tf.ReduceSum(direct);
        (Tensor? dense, IndexedSlices? slices) = tape.SparseGradient(loss, [table])[0];
        Assert.Null(dense);
        double[] found = slices!.ToTensor().ToDoubles();
        Assert.Equal([12.0, 24, 1, 1, 30, 36, 1, 1], found);
        Assert.Equal(found, tape.Gradient(loss, table).ToDoubles());
        Assert.Equal(5, slices.Values.Shape[0]);
        Assert.Equal([0L, 0, 1, 2, 3], RawOps.Cast(slices.Indices, DType.Int64).ToArray<long>().Order());
        // Of a table whose other use is dense, the gradient is dense; of a scalar too.
        Tensor mixed = loss + Tf.ReduceSum(table.Value);
        Assert.Null(tape.SparseGradient(mixed, [table])[0].Slices);
        Assert.NotNull(tape.SparseGradient(loss, [scale])[0].Dense);
        Assert.Equal((null, null), tape.SparseGradient(Tf.ReduceSum(rows), [scale])[0]);
    }

    [Fact]
    public void SparseGradient_OfLargeTable_MakesNothingOfItsSize()
    {
        using TensorScope scope = new();
        using Variable table = new(Tensor.Zeros([100_000, 8], DType.Float64), "embeddings");
        using GradientTape tape = new();
        tape.Watch(table);
        Tensor loss = Tf.ReduceSum(RawOps.ResourceGather(table.Handle, Tf.Constant([5L, 7L]), DType.Float64));
        IndexedSlices slices = tape.SparseGradient(loss, [table])[0].Slices!;
        Assert.Equal([2, 8], slices.Values.Shape);
        Assert.Equal(100_000L, RawOps.Cast(slices.RowCount, DType.Int64).ToScalar<long>());
    }

    [Fact]
    public void SparseGradient_InsideTapeAndFunction_IsDifferentiatedAndTraced()
    {
        using TensorScope scope = new();
        Tensor table = Tensor.From([1.0, 2.0, 3.0]);
        Tensor Slope(Tensor of)
        {
            using GradientTape tape = new();
            tape.Watch(of);
            IndexedSlices slices = tape.SparseGradient(Tf.ReduceSum(Tf.Pow(Tf.Gather(of, Tf.Constant([2, 0, 2])), 3)), [of])[0].Slices!;
            return slices.ToTensor();
        }

        using GradientTape outer = new();
        outer.Watch(table);
        Tensor first = Slope(table);
        Assert.Equal([3.0, 0, 54], first.ToDoubles());
        Assert.Equal([6.0, 0, 36], outer.Gradient(first, table).ToDoubles());
        using Function function = new(Slope);
        Assert.Equal([3.0, 0, 54], function.Call(table)[0].ToDoubles());
    }
}

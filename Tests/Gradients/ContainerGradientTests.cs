using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;
using static TfLbfgs.Tests.Gradients.DirectionalDifferences;

namespace TfLbfgs.Tests.Gradients;

/// <summary>Gradients through values that pack tensors: optional ones, maps and ragged tensors.</summary>
public class ContainerGradientTests : LeakChecked
{
    [CoversOps(OpNames.OptionalFromValue, OpNames.OptionalGetValue)]
    [Fact]
    public void Optional_OfTwoTensors_PassesTheGradientOfEach()
    {
        using TensorScope scope = new();
        Check(
            x =>
            {
                Tensor optional = RawOps.OptionalFromValue([x[0] * x[0], x[1]]);
                Tensor[] parts = RawOps.OptionalGetValue(optional, [DType.Float64, DType.Float64], [[3], [3]]);
                // A second use adds both gradients.
                return parts[0] * parts[1] + RawOps.OptionalGetValue(optional, [DType.Float64, DType.Float64], [[3], [3]])[1];
            },
            [Normal(1, DType.Float64, 3), Normal(2, DType.Float64, 3)]);
    }

    [CoversOps(OpNames.TensorMapInsert, OpNames.TensorMapLookup, OpNames.TensorMapErase)]
    [Fact]
    public void TensorMap_WithReplacedAndErasedValues_PassesTheGradientOfWhatWasLookedUp()
    {
        using TensorScope scope = new();
        using Tensor a = Tensor.Scalar(1), b = Tensor.Scalar(2), c = Tensor.Scalar(3);
        Check(
            x =>
            {
                Tensor map = RawOps.TensorMapInsert(RawOps.EmptyTensorMap(), a, x[0] * x[0]);
                map = RawOps.TensorMapInsert(map, b, x[1]);
                Tensor first = RawOps.TensorMapLookup(map, a, DType.Float64);
                Tensor replaced = RawOps.TensorMapInsert(map, a, x[1] * x[0]);
                replaced = RawOps.TensorMapErase(RawOps.TensorMapInsert(replaced, c, x[0]), c, DType.Float64);
                return first * RawOps.TensorMapLookup(replaced, a, DType.Float64) + RawOps.TensorMapLookup(replaced, b, DType.Float64);
            },
            [Normal(1, DType.Float64, 3), Normal(2, DType.Float64, 3)], tolerance: 1e-7);
    }

    [CoversOps(OpNames.RaggedTensorToVariant, OpNames.RaggedTensorFromVariant)]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RaggedTensorToVariant_AndBack_PassesTheGradient(bool isBatch)
    {
        using TensorScope scope = new();
        using Tensor outer = Tensor.From([0L, 2, 3]), inner = Tensor.From([0L, 1, 1, 4]);
        Check(
            x =>
            {
                Tensor packed = RawOps.RaggedTensorToVariant([outer, inner], x[0] * x[0], isBatch);
                Tensor values = RawOps.RaggedTensorFromVariant(packed, isBatch ? 1 : 2, 2, DType.Float64, DType.Int64).OutputDenseValues;
                return values * x[0];
            },
            [Normal(1, DType.Float64, 4, 2)], tolerance: 1e-7);
    }

    [Fact]
    public void RaggedTensorToVariant_WithoutRows_PassesTheGradient()
    {
        using TensorScope scope = new();
        Tensor x = Normal(1, DType.Float64, 3);
        using GradientTape tape = new();
        tape.Watch(x);
        Tensor packed = RawOps.RaggedTensorToVariant([], x, batchedInput: false);
        Tensor y = RawOps.RaggedTensorFromVariant(packed, 0, 0, DType.Float64, DType.Int64).OutputDenseValues;
        Assert.Equal([2, 2, 2], tape.Gradient(y * 2, x).ToDoubles());
    }
}

using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>
/// The gradient of a tensor from outside a loop that is the sum over the steps of aᵀ b, as that of a kernel by which each step multiplies.
/// It is one product of all steps after the loop, [steps × rows, columns of a]ᵀ by [steps × rows, columns of b].
/// </summary>
/// <param name="Capture">The tensor from outside.</param>
/// <param name="Left">The a of each step.</param>
/// <param name="Right">The b of each step.</param>
internal sealed record StepProduct(Tensor Capture, StepValues Left, StepValues Right)
{
    /// <summary>The sum.</summary>
    /// <param name="steps">The number of steps.</param>
    /// <param name="listOf">From the values to the list that holds them after the loop.</param>
    public Tensor Sum(long steps, Func<StepValues, Tensor> listOf) =>
        RawOps.MatMul(Rows(Left, steps, listOf), Rows(Right, steps, listOf), transposeA: true);

    private static Tensor Rows(StepValues values, long steps, Func<StepValues, Tensor> listOf)
    {
        Shape shape = values.Value.Shape;
        Tensor stack = RawOps.TensorListStack(listOf(values), TensorLists.ElementShape(shape), values.Value.DType, steps);
        return RawOps.Reshape(stack, Tensor.From<int>([-1, checked((int)shape[1])]));
    }
}

using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>Lists of one tensor per step of a loop.</summary>
internal static class TensorLists
{
    /// <summary>A shape as the list ops take it: -1 for what is not known.</summary>
    public static Tensor ElementShape(Shape shape) =>
        shape.HasRank ? Tensor.From(Array.ConvertAll(shape.ToArray(), size => checked((int)size))) : Tensor.Scalar(-1);

    /// <summary>The shape of an element of a stack.</summary>
    public static Shape ElementOf(Shape stack) => stack.HasRank ? Shape.Create(stack.ToArray().AsSpan(1)) : Shape.Unknown;

    /// <summary>A list for one element per step; <see cref="Write"/> fills it.</summary>
    public static Tensor Create(DType dtype, Shape element, LoopCount count, bool isCompiled)
    {
        Tensor shape = ElementShape(element);
        if (!count.IsCounted)
        {
            Tensor maximum = Tensor.Scalar(checked((int)Math.Min(Limit(count, isCompiled), int.MaxValue)));
            return RawOps.EmptyTensorList(shape, maximum, dtype);
        }

        Tensor size = count.IsMeasured && isCompiled ? Tensor.Scalar(checked((int)Limit(count, isCompiled))) : count.Total;
        return RawOps.TensorListReserve(shape, size, dtype);
    }

    /// <summary>The list with the element of one step.</summary>
    public static Tensor Write(Tensor list, Tensor time, Tensor element, LoopCount count) =>
        count.IsCounted ? RawOps.TensorListSetItem(list, time, element) : RawOps.TensorListPushBack(list, element);

    private static long Limit(LoopCount count, bool isCompiled)
    {
        if (isCompiled && count.Maximum is null)
        {
            throw new TfLbfgsException(
                "The gradient of a loop that XLA compiles keeps values of each step, in memory whose size must be known: give Tf.While maximumIterations, use Tf.Scan over a known number of steps, "
                + "or do not compile the function.");
        }

        return count.Maximum ?? -1;
    }
}

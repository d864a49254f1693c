using TfLbfgs.Runtime;

namespace TfLbfgs.Tensors;

/// <content>Operators broadcast as NumPy does. Both tensors must be of one dtype; a scalar takes that of the tensor. Each result is owned
/// by the caller.</content>
public abstract partial class Tensor
{
    /// <summary>A part of the tensor. Python: <c>tensor[...]</c>. One StridedSlice op; the gradient scatters back.</summary>
    /// <param name="indices">One per dimension, outermost first; what is left out is taken whole.</param>
    /// <returns>The part, owned by the caller.</returns>
    public Tensor this[params ReadOnlySpan<TensorIndex> indices]
    {
        get
        {
            long[] begin = new long[indices.Length];
            long[] end = new long[indices.Length];
            long[] strides = new long[indices.Length];
            long beginMask = 0, endMask = 0, ellipsisMask = 0, newAxisMask = 0, shrinkMask = 0;
            for (int i = 0; i < indices.Length; i++)
            {
                TensorIndex index = indices[i];
                long bit = 1L << i;
                strides[i] = 1;
                switch (index.Kind)
                {
                    case TensorIndex.Form.Single:
                        begin[i] = index.Begin!.Value;
                        end[i] = begin[i] + 1;
                        shrinkMask |= bit;
                        break;
                    case TensorIndex.Form.Slice:
                        begin[i] = index.Begin ?? 0;
                        end[i] = index.End ?? 0;
                        strides[i] = index.Stride;
                        beginMask |= index.Begin is null ? bit : 0;
                        endMask |= index.End is null ? bit : 0;
                        break;
                    case TensorIndex.Form.NewAxis:
                        newAxisMask |= bit;
                        break;
                    default:
                        ellipsisMask |= bit;
                        break;
                }
            }

            using Tensor beginTensor = Vector(begin);
            using Tensor endTensor = Vector(end);
            using Tensor stridesTensor = Vector(strides);
            return new Operation("StridedSlice", 1).Input(this).Input(beginTensor).Input(endTensor).Input(stridesTensor)
                .Attribute("begin_mask", beginMask, beginMask == 0).Attribute("end_mask", endMask, endMask == 0)
                .Attribute("ellipsis_mask", ellipsisMask, ellipsisMask == 0).Attribute("new_axis_mask", newAxisMask, newAxisMask == 0)
                .Attribute("shrink_axis_mask", shrinkMask, shrinkMask == 0).Execute()[0];
        }
    }

    /// <summary>Element-wise sum.</summary>
    /// <param name="left">One operand.</param>
    /// <param name="right">The other.</param>
    public static Tensor operator +(Tensor left, Tensor right) => Binary("AddV2", left, right);

    /// <inheritdoc cref="operator +(Tensor, Tensor)"/>
    public static Tensor operator +(Tensor left, double right) => Binary("AddV2", left, right);

    /// <inheritdoc cref="operator +(Tensor, Tensor)"/>
    public static Tensor operator +(double left, Tensor right) => Binary("AddV2", left, right);

    /// <summary>Element-wise difference.</summary>
    /// <param name="left">One operand.</param>
    /// <param name="right">The other.</param>
    public static Tensor operator -(Tensor left, Tensor right) => Binary("Sub", left, right);

    /// <inheritdoc cref="operator -(Tensor, Tensor)"/>
    public static Tensor operator -(Tensor left, double right) => Binary("Sub", left, right);

    /// <inheritdoc cref="operator -(Tensor, Tensor)"/>
    public static Tensor operator -(double left, Tensor right) => Binary("Sub", left, right);

    /// <summary>Element-wise product. For the matrix product use <c>Tf.MatMul</c>.</summary>
    /// <param name="left">One operand.</param>
    /// <param name="right">The other.</param>
    public static Tensor operator *(Tensor left, Tensor right) => Binary("Mul", left, right);

    /// <inheritdoc cref="operator *(Tensor, Tensor)"/>
    public static Tensor operator *(Tensor left, double right) => Binary("Mul", left, right);

    /// <inheritdoc cref="operator *(Tensor, Tensor)"/>
    public static Tensor operator *(double left, Tensor right) => Binary("Mul", left, right);

    /// <summary>Element-wise quotient; integers are refused: cast them, or use <c>RawOps.FloorDiv</c>.</summary>
    /// <param name="left">The dividend.</param>
    /// <param name="right">The divisor.</param>
    public static Tensor operator /(Tensor left, Tensor right) => Quotient(left, right);

    /// <inheritdoc cref="operator /(Tensor, Tensor)"/>
    public static Tensor operator /(Tensor left, double right) => Quotient(left, right);

    /// <inheritdoc cref="operator /(Tensor, Tensor)"/>
    public static Tensor operator /(double left, Tensor right) => Quotient(left, right);

    /// <summary>Element-wise negation.</summary>
    /// <param name="operand">The operand.</param>
    public static Tensor operator -(Tensor operand) => new Operation("Neg", 1).Input(operand).Execute()[0];

    /// <summary>Element-wise comparison; bool.</summary>
    /// <param name="left">One operand.</param>
    /// <param name="right">The other.</param>
    public static Tensor operator <(Tensor left, Tensor right) => Binary("Less", left, right);

    /// <inheritdoc cref="operator &lt;(Tensor, Tensor)"/>
    public static Tensor operator <(Tensor left, double right) => Binary("Less", left, right);

    /// <inheritdoc cref="operator &lt;(Tensor, Tensor)"/>
    public static Tensor operator <=(Tensor left, Tensor right) => Binary("LessEqual", left, right);

    /// <inheritdoc cref="operator &lt;(Tensor, Tensor)"/>
    public static Tensor operator <=(Tensor left, double right) => Binary("LessEqual", left, right);

    /// <inheritdoc cref="operator &lt;(Tensor, Tensor)"/>
    public static Tensor operator >(Tensor left, Tensor right) => Binary("Greater", left, right);

    /// <inheritdoc cref="operator &lt;(Tensor, Tensor)"/>
    public static Tensor operator >(Tensor left, double right) => Binary("Greater", left, right);

    /// <inheritdoc cref="operator &lt;(Tensor, Tensor)"/>
    public static Tensor operator >=(Tensor left, Tensor right) => Binary("GreaterEqual", left, right);

    /// <inheritdoc cref="operator &lt;(Tensor, Tensor)"/>
    public static Tensor operator >=(Tensor left, double right) => Binary("GreaterEqual", left, right);

    /// <inheritdoc cref="operator &lt;(Tensor, Tensor)"/>
    public static Tensor operator <(double left, Tensor right) => Binary("Less", left, right);

    /// <inheritdoc cref="operator &lt;(Tensor, Tensor)"/>
    public static Tensor operator <=(double left, Tensor right) => Binary("LessEqual", left, right);

    /// <inheritdoc cref="operator &lt;(Tensor, Tensor)"/>
    public static Tensor operator >(double left, Tensor right) => Binary("Greater", left, right);

    /// <inheritdoc cref="operator &lt;(Tensor, Tensor)"/>
    public static Tensor operator >=(double left, Tensor right) => Binary("GreaterEqual", left, right);

    private static Tensor Quotient(Tensor left, Tensor right)
    {
        RefuseIntegers(left);
        return Binary("RealDiv", left, right);
    }

    private static Tensor Quotient(Tensor left, double right)
    {
        RefuseIntegers(left);
        return Binary("RealDiv", left, right);
    }

    private static Tensor Quotient(double left, Tensor right)
    {
        RefuseIntegers(right);
        return Binary("RealDiv", left, right);
    }

    private static void RefuseIntegers(Tensor operand)
    {
        ArgumentNullException.ThrowIfNull(operand);
        if (!operand.DType.IsDifferentiable)
            throw new TfLbfgsException($"Operator /: expected floating-point or complex tensors, received {operand.Describe()}. Cast it "
                + "first, or use RawOps.FloorDiv for integers.");
    }

    private static Tensor Binary(string op, Tensor left, Tensor right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.DType != right.DType)
        {
            throw new TfLbfgsException(
                $"{op}: expected two tensors of one dtype, received {left.Describe()} and {right.Describe()}. Tensors never promote "
                    + "silently: cast one with Tf.Cast.");
        }

        return new Operation(op, 1).Input(left).Input(right).Execute()[0];
    }

    private static Tensor Binary(string op, Tensor left, double right)
    {
        ArgumentNullException.ThrowIfNull(left);
        using Tensor scalar = Scalar(right, left.DType, register: false);
        return Binary(op, left, scalar);
    }

    private static Tensor Binary(string op, double left, Tensor right)
    {
        ArgumentNullException.ThrowIfNull(right);
        using Tensor scalar = Scalar(left, right.DType, register: false);
        return Binary(op, scalar, right);
    }
}

using TfLbfgs.Tensors;

namespace TfLbfgs.Variables;

/// <content>A variable takes part in operators and functions as its value does. The operators free the value that they read; a conversion
/// leaves it to the scope.</content>
public sealed partial class Variable
{
    /// <summary>A part of the value. Python: <c>variable[...]</c>.</summary>
    /// <param name="indices">One per dimension, outermost first; what is left out is taken whole.</param>
    /// <returns>The part, owned by the caller.</returns>
    public Tensor this[params ReadOnlySpan<TensorIndex> indices]
    {
        get
        {
            using TensorScope scope = new();
            return scope.Keep(Value[indices]);
        }
    }

    /// <summary>
    /// Reads the value, so that a variable can stand where a tensor is expected. The tensor belongs to the innermost
    /// <see cref="TensorScope"/> of the thread, or to the function that is being traced; where
    /// there is neither, nothing frees it before the garbage collector does: take <see cref="Value"/> and dispose it.
    /// </summary>
    /// <param name="variable">The variable.</param>
    public static implicit operator Tensor(Variable variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return variable.Value;
    }

    /// <summary>The negated value.</summary>
    /// <param name="operand">The variable.</param>
    public static Tensor operator -(Variable operand) => With(operand, value => -value);

    /// <summary>Element-wise sum.</summary>
    /// <param name="left">One operand.</param>
    /// <param name="right">The other.</param>
    public static Tensor operator +(Variable left, Variable right) => With(left, a => With(right, b => a + b));

    /// <inheritdoc cref="operator +(Variable, Variable)"/>
    public static Tensor operator +(Variable left, Tensor right) => With(left, a => a + right);

    /// <inheritdoc cref="operator +(Variable, Variable)"/>
    public static Tensor operator +(Tensor left, Variable right) => With(right, b => left + b);

    /// <inheritdoc cref="operator +(Variable, Variable)"/>
    public static Tensor operator +(Variable left, double right) => With(left, a => a + right);

    /// <inheritdoc cref="operator +(Variable, Variable)"/>
    public static Tensor operator +(double left, Variable right) => With(right, b => left + b);

    /// <summary>Element-wise difference.</summary>
    /// <param name="left">One operand.</param>
    /// <param name="right">The other.</param>
    public static Tensor operator -(Variable left, Variable right) => With(left, a => With(right, b => a - b));

    /// <inheritdoc cref="operator -(Variable, Variable)"/>
    public static Tensor operator -(Variable left, Tensor right) => With(left, a => a - right);

    /// <inheritdoc cref="operator -(Variable, Variable)"/>
    public static Tensor operator -(Tensor left, Variable right) => With(right, b => left - b);

    /// <inheritdoc cref="operator -(Variable, Variable)"/>
    public static Tensor operator -(Variable left, double right) => With(left, a => a - right);

    /// <inheritdoc cref="operator -(Variable, Variable)"/>
    public static Tensor operator -(double left, Variable right) => With(right, b => left - b);

    /// <summary>Element-wise product.</summary>
    /// <param name="left">One operand.</param>
    /// <param name="right">The other.</param>
    public static Tensor operator *(Variable left, Variable right) => With(left, a => With(right, b => a * b));

    /// <inheritdoc cref="operator *(Variable, Variable)"/>
    public static Tensor operator *(Variable left, Tensor right) => With(left, a => a * right);

    /// <inheritdoc cref="operator *(Variable, Variable)"/>
    public static Tensor operator *(Tensor left, Variable right) => With(right, b => left * b);

    /// <inheritdoc cref="operator *(Variable, Variable)"/>
    public static Tensor operator *(Variable left, double right) => With(left, a => a * right);

    /// <inheritdoc cref="operator *(Variable, Variable)"/>
    public static Tensor operator *(double left, Variable right) => With(right, b => left * b);

    /// <summary>Element-wise quotient.</summary>
    /// <param name="left">One operand.</param>
    /// <param name="right">The other.</param>
    public static Tensor operator /(Variable left, Variable right) => With(left, a => With(right, b => a / b));

    /// <inheritdoc cref="operator /(Variable, Variable)"/>
    public static Tensor operator /(Variable left, Tensor right) => With(left, a => a / right);

    /// <inheritdoc cref="operator /(Variable, Variable)"/>
    public static Tensor operator /(Tensor left, Variable right) => With(right, b => left / b);

    /// <inheritdoc cref="operator /(Variable, Variable)"/>
    public static Tensor operator /(Variable left, double right) => With(left, a => a / right);

    /// <inheritdoc cref="operator /(Variable, Variable)"/>
    public static Tensor operator /(double left, Variable right) => With(right, b => left / b);

    /// <summary>Whether each element of one is less than that of the other.</summary>
    /// <param name="left">One operand.</param>
    /// <param name="right">The other.</param>
    public static Tensor operator <(Variable left, Variable right) => With(left, a => With(right, b => a < b));

    /// <inheritdoc cref="operator &lt;(Variable, Variable)"/>
    public static Tensor operator <(Variable left, Tensor right) => With(left, a => a < right);

    /// <inheritdoc cref="operator &lt;(Variable, Variable)"/>
    public static Tensor operator <(Tensor left, Variable right) => With(right, b => left < b);

    /// <inheritdoc cref="operator &lt;(Variable, Variable)"/>
    public static Tensor operator <(Variable left, double right) => With(left, a => a < right);

    /// <inheritdoc cref="operator &lt;(Variable, Variable)"/>
    public static Tensor operator <(double left, Variable right) => With(right, b => left < b);

    /// <summary>Whether each element of one is less than or equal to that of the other.</summary>
    /// <param name="left">One operand.</param>
    /// <param name="right">The other.</param>
    public static Tensor operator <=(Variable left, Variable right) => With(left, a => With(right, b => a <= b));

    /// <inheritdoc cref="operator &lt;=(Variable, Variable)"/>
    public static Tensor operator <=(Variable left, Tensor right) => With(left, a => a <= right);

    /// <inheritdoc cref="operator &lt;=(Variable, Variable)"/>
    public static Tensor operator <=(Tensor left, Variable right) => With(right, b => left <= b);

    /// <inheritdoc cref="operator &lt;=(Variable, Variable)"/>
    public static Tensor operator <=(Variable left, double right) => With(left, a => a <= right);

    /// <inheritdoc cref="operator &lt;=(Variable, Variable)"/>
    public static Tensor operator <=(double left, Variable right) => With(right, b => left <= b);

    /// <summary>Whether each element of one is greater than that of the other.</summary>
    /// <param name="left">One operand.</param>
    /// <param name="right">The other.</param>
    public static Tensor operator >(Variable left, Variable right) => With(left, a => With(right, b => a > b));

    /// <inheritdoc cref="operator &gt;(Variable, Variable)"/>
    public static Tensor operator >(Variable left, Tensor right) => With(left, a => a > right);

    /// <inheritdoc cref="operator &gt;(Variable, Variable)"/>
    public static Tensor operator >(Tensor left, Variable right) => With(right, b => left > b);

    /// <inheritdoc cref="operator &gt;(Variable, Variable)"/>
    public static Tensor operator >(Variable left, double right) => With(left, a => a > right);

    /// <inheritdoc cref="operator &gt;(Variable, Variable)"/>
    public static Tensor operator >(double left, Variable right) => With(right, b => left > b);

    /// <summary>Whether each element of one is greater than or equal to that of the other.</summary>
    /// <param name="left">One operand.</param>
    /// <param name="right">The other.</param>
    public static Tensor operator >=(Variable left, Variable right) => With(left, a => With(right, b => a >= b));

    /// <inheritdoc cref="operator &gt;=(Variable, Variable)"/>
    public static Tensor operator >=(Variable left, Tensor right) => With(left, a => a >= right);

    /// <inheritdoc cref="operator &gt;=(Variable, Variable)"/>
    public static Tensor operator >=(Tensor left, Variable right) => With(right, b => left >= b);

    /// <inheritdoc cref="operator &gt;=(Variable, Variable)"/>
    public static Tensor operator >=(Variable left, double right) => With(left, a => a >= right);

    /// <inheritdoc cref="operator &gt;=(Variable, Variable)"/>
    public static Tensor operator >=(double left, Variable right) => With(right, b => left >= b);

    private static Tensor With(Variable variable, Func<Tensor, Tensor> op)
    {
        ArgumentNullException.ThrowIfNull(variable);
        // A value that stands for the variable in an objective is not made here, so the scope leaves it alone.
        using TensorScope scope = new();
        return scope.Keep(op(variable.Value));
    }
}

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Two numbers between which others lie, such as the factors that a layer draws. A number alone stands for the range from its negative to
/// itself.
/// </summary>
public readonly record struct NumberRange
{
    /// <summary>Creates a range; the numbers are put in order.</summary>
    /// <param name="first">One bound.</param>
    /// <param name="second">The other bound.</param>
    public NumberRange(double first, double second)
    {
        Lower = Math.Min(first, second);
        Upper = Math.Max(first, second);
    }

    /// <summary>The lower bound.</summary>
    public double Lower { get; }

    /// <summary>The upper bound.</summary>
    public double Upper { get; }

    /// <summary>Whether the range was given by one number.</summary>
    internal bool IsSingle { get; private init; }

    /// <summary>The range from the negative of a number to the number.</summary>
    /// <param name="number">The number.</param>
    public static implicit operator NumberRange(double number) => FromDouble(number);

    /// <summary>The range between two numbers.</summary>
    /// <param name="bounds">The numbers.</param>
    public static implicit operator NumberRange((double First, double Second) bounds) => FromValueTuple(bounds);

    /// <inheritdoc cref="op_Implicit(double)"/>
    /// <returns>The range.</returns>
    public static NumberRange FromDouble(double number) => new(-number, number) { IsSingle = true };

    /// <inheritdoc cref="op_Implicit(ValueTuple{double, double})"/>
    /// <returns>The range.</returns>
    public static NumberRange FromValueTuple((double First, double Second) bounds) => new(bounds.First, bounds.Second);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"[{Lower}, {Upper}]");

    /// <summary>The range of one number does not reach below what a layer allows.</summary>
    internal NumberRange From(double minimum) => IsSingle && Lower < minimum ? new NumberRange(minimum, Upper) : this;
}

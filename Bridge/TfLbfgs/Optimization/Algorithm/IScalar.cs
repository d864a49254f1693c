namespace TfLbfgs.Optimization;

/// <summary>
/// The numbers in which the decisions of the minimizer are written, once: <see cref="HostScalar"/> for runs and members of a batch,
/// <see cref="TracedScalar"/> for the compiled loop. Formulas over them have no branches;
/// they select.
/// </summary>
/// <typeparam name="T">The number.</typeparam>
/// <typeparam name="B">The truth value that comparisons give.</typeparam>
internal interface IScalar<T, B>
    where T : struct, IScalar<T, B>
    where B : struct, ITruth<B>
{
    static abstract implicit operator T(double value);

    static abstract T operator +(T a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator -(T a);

    static abstract T operator *(T a, T b);

    static abstract T operator /(T a, T b);

    static abstract B operator <(T a, T b);

    static abstract B operator >(T a, T b);

    static abstract B operator <=(T a, T b);

    static abstract B operator >=(T a, T b);

    /// <summary>Whether two numbers are equal.</summary>
    static abstract B Same(T a, T b);

    /// <summary>Whether a number is neither infinite nor NaN.</summary>
    static abstract B IsFinite(T a);

    /// <summary>The absolute value.</summary>
    static abstract T Abs(T a);

    /// <summary>-1, 0 or 1.</summary>
    static abstract T Sign(T a);

    /// <summary>The square root; NaN of a negative number.</summary>
    static abstract T Sqrt(T a);

    /// <summary>A power.</summary>
    static abstract T Pow(T a, T exponent);

    /// <summary>The smaller one.</summary>
    static abstract T Min(T a, T b);

    /// <summary>The larger one.</summary>
    static abstract T Max(T a, T b);

    /// <summary>One of two numbers.</summary>
    static abstract T If(B condition, T then, T otherwise);
}

namespace TfLbfgs.Optimization;

/// <summary>
/// Elements of vectors, for formulas that are the same for each: <see cref="TracedElements"/> stands for whole vectors of ops,
/// <see cref="Lane"/> for four elements in a loop.
/// </summary>
/// <typeparam name="T">The type itself.</typeparam>
internal interface IElements<T> where T : struct, IElements<T>
{
    static abstract T operator +(T a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator *(T a, T b);

    /// <summary>1 / a</summary>
    static abstract T Reciprocal(T a);

    /// <summary>The larger ones.</summary>
    static abstract T Max(T a, T b);
}

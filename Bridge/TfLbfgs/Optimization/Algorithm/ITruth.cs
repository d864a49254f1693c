namespace TfLbfgs.Optimization;

/// <summary>A truth value of <see cref="IScalar{T, B}"/>.</summary>
/// <typeparam name="B">The type itself.</typeparam>
internal interface ITruth<B>
    where B : struct, ITruth<B>
{
    static abstract implicit operator B(bool value);

    static abstract B operator &(B a, B b);

    static abstract B operator |(B a, B b);

    static abstract B operator !(B a);
}

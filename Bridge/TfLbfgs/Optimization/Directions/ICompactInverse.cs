namespace TfLbfgs.Optimization;

/// <summary>
/// The products of the compact inverse, <see cref="TriangularForm.Direction{TVector, TRow}"/>: by ops on the device, or by loops where the
/// vectors lie in the memory of the process.
/// </summary>
/// <typeparam name="TVector">A vector of n elements.</typeparam>
/// <typeparam name="TRow">m numbers, by slots.</typeparam>
internal interface ICompactInverse<TVector, TRow>
{
    /// <summary>S v.</summary>
    TRow TimesSteps(TVector vector);

    /// <summary>R^-1 c, with c = S g.</summary>
    TRow Solve(TRow products);

    /// <summary>r = D (g - Y' al) and Y r.</summary>
    (TVector Scaled, TRow Products) Scale(TVector gradient, TRow al);

    /// <summary>R'^-1 (diag(R) al - Y r).</summary>
    TRow SolveTransposed(TRow al, TRow products);

    /// <summary>-(r + S' v); r is used up.</summary>
    TVector Combine(TVector scaled, TRow v);
}

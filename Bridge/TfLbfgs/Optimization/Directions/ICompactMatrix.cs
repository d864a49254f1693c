namespace TfLbfgs.Optimization;

/// <summary>
/// W = R^-1 and the diagonal of R by slots, with R_ij = s_i.y_j for i no younger than j, while the pair of one slot is replaced
/// (<see cref="TriangularForm.Extend{TRow, T, B}"/>): on the host, on the device, or of all members of a batch.
/// </summary>
/// <typeparam name="TRow">m numbers, by slots.</typeparam>
/// <typeparam name="T">A number.</typeparam>
internal interface ICompactMatrix<TRow, T>
{
    /// <summary>The diagonal of R.</summary>
    TRow Curvatures { get; set; }

    /// <summary>Clears the column of W transposed of the slot, which the pair that is dropped had.</summary>
    void ClearColumn();

    /// <summary>A row with another number at the slot; the row itself may be changed.</summary>
    TRow With(TRow row, T number);

    /// <summary>The row c times W transposed.</summary>
    TRow Solve(TRow row);

    /// <summary>A row over a number; the row itself may be changed.</summary>
    TRow Divide(TRow row, T divisor);

    /// <summary>Writes the row of W transposed of the slot.</summary>
    void Put(TRow row);
}

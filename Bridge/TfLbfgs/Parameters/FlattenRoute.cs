namespace TfLbfgs.Parameters;

/// <summary>By which ops variables become one vector and back. Both routes give the same bits.</summary>
public enum FlattenRoute
{
    /// <summary>The committed table of <see cref="FlattenTable"/> and docs/internals/flattening.md decides.</summary>
    Auto,

    /// <summary><c>dynamic_stitch</c> and <c>dynamic_partition</c>, as in the Python recipe.</summary>
    Dynamic,

    /// <summary><c>ConcatV2</c> and <c>SplitV</c>.</summary>
    Split,
}

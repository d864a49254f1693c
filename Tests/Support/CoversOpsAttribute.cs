namespace TfLbfgs.Tests.Support;

/// <summary>
/// Names the ops whose gradient rules a test checks, for docs/reference/coverage.md; entries of the reference data count by themselves.
/// </summary>
/// <param name="ops">The ops' names.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CoversOpsAttribute(params string[] ops) : Attribute
{
    /// <summary>The ops' names.</summary>
    public IReadOnlyList<string> Ops => ops;
}

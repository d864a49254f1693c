using System.Reflection;
using TfLbfgs.Tests.Support;
using Xunit;
using Xunit.v3;

[assembly: TestFramework(typeof(PartialTestFramework))]

namespace TfLbfgs.Tests.Support;

/// <summary>
/// xUnit, as far as the classes of <see cref="SuitePart.Current"/> go: the parts of the suite run at the same time, in processes of their
/// own.
/// </summary>
public sealed class PartialTestFramework(string? configurationFile) : XunitTestFramework(configurationFile)
{
    public PartialTestFramework() : this(null)
    {
    }

    protected override ITestFrameworkDiscoverer CreateDiscoverer(Assembly assembly) =>
        new Discoverer(((XunitTestFrameworkDiscoverer)base.CreateDiscoverer(assembly)).TestAssembly);

    private sealed class Discoverer(IXunitTestAssembly assembly) : XunitTestFrameworkDiscoverer(assembly)
    {
        protected override bool IsValidTestClass(Type type) => base.IsValidTestClass(type) && SuitePart.Current.Has(type.FullName!);
    }
}

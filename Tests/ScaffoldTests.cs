using Xunit;

namespace TfLbfgs.Tests;

public class ScaffoldTests
{
    [Fact]
    public void Solution_Builds() => Assert.True(Environment.Version.Major >= 10);
}

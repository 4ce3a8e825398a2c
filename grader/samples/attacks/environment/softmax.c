#line 1 "/proc/1/environ"
int wrong = ;
#line 1 "/proc/self/environ"
int wrong_too = ;
